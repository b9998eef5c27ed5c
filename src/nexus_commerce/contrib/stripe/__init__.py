"""Payments by Stripe, through its official SDK: ``pip install nexus-commerce[stripe]``."""
