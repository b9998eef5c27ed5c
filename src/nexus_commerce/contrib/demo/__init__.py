"""Wick & Warp: a shop to try the library with, its catalogue and its pictures."""
