"""The operations of long work."""
