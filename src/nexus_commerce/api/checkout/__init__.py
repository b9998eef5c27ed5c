"""The operations that make an order of a cart."""
