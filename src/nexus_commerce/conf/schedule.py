"""When Celery's beat starts the library's tasks, for a host that runs Celery."""

from typing import Any, Final

__all__ = ["BEAT_SCHEDULE"]

BEAT_SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    # A message that no worker took until the next one comes is not worth working off.
    "nexus-relay": {"task": "nexus.relay", "schedule": 1.0, "options": {"expires": 5}},
    "nexus-sweep": {"task": "nexus.sweep", "schedule": 30.0, "options": {"expires": 30}},
    "nexus-prune": {"task": "nexus.prune", "schedule": 3600.0, "options": {"expires": 3600}},
}
"""What beat sends; times are seconds. Write ``CELERY_BEAT_SCHEDULE = {**BEAT_SCHEDULE, ...}`` in the settings."""
