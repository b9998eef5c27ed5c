"""Products, categories, collections and attributes, as shoppers see them."""
