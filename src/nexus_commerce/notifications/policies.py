"""Which mails are sent, and from whom."""

__all__ = ["EmailPolicy"]


class EmailPolicy:
    """Decide which mails a shop sends. Called in a worker, outside any transaction."""
