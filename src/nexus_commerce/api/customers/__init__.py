"""The operations of a customer's own profile."""
