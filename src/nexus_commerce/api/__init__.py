"""The REST API: a door. It knows every domain and decides nothing."""
