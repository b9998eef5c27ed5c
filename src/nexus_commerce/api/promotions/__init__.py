"""The operations of promotions."""
