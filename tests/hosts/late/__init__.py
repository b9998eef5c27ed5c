"""A site that extended its models after it had rows: a category tree and products of several types."""
