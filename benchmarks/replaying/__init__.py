"""Replay a real retailer's order lines through cart and checkout."""
