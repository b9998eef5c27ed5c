"""The operations of shipments."""
