"""The operations of orders."""
