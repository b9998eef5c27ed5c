"""What things would cost."""
