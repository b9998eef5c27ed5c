"""Bring a shop's data in from the files of other systems."""
