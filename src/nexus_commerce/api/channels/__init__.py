"""The sales channel of a visitor."""
