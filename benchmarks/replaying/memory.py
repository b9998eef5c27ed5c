"""How much memory this process holds."""

import resource
import sys
from pathlib import Path

__all__ = ["resident_kib"]

STATM = Path("/proc/self/statm")


def resident_kib() -> int:
    """Return the resident memory in KiB: the present one on Linux, elsewhere the largest so far."""
    if STATM.exists():
        return int(STATM.read_text().split()[1]) * resource.getpagesize() // 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
