"""The operations of carts."""
