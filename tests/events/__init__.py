"""Tests of events: writing, handing on, handling, and long work."""
