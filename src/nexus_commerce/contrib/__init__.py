"""Optional apps that a host adds by name."""
