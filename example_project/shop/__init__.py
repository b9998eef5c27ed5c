"""The shop: a product type of its own, and what it adds to the library's models."""
