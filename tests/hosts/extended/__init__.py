"""A site that extends every model of the library, with two plugins beside its own classes."""
