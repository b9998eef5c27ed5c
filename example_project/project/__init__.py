"""The example site: settings, addresses and entry points."""
