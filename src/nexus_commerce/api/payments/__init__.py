"""Payments and refunds over REST."""
