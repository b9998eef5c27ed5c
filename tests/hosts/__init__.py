"""Sites that install the library; one suite runs on each of them."""
