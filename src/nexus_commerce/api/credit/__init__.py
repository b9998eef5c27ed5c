"""The operations of gift cards and store credit."""
