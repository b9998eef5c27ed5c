"""The product CSV that Shopify exports, and that other tools write for it."""
