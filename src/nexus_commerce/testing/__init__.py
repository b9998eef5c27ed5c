"""What the library gives to the tests of a host: factories and a pytest plugin."""
