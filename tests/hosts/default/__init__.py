"""A site that installs the library and extends nothing."""
