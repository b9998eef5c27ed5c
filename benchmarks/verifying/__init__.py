"""A shop with many orders, and how they come to be."""
