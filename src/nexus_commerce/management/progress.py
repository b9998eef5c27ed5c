"""Show how far a long command has come: a bar on a terminal, a line now and then elsewhere."""

import time
from typing import Final, TextIO

__all__ = ["Progress"]

WIDTH: Final = 30
SECONDS_ON_TERMINAL: Final = 0.1
SECONDS_ELSEWHERE: Final = 10.0


class Progress:
    """Counts ``total`` things off on ``stream``; a stream without a terminal gets whole lines only."""

    def __init__(self, stream: TextIO, label: str, total: int) -> None:
        self.stream = stream
        self.label = label
        self.total = total
        self.done = 0
        self.is_terminal = bool(getattr(stream, "isatty", lambda: False)())
        self.started = self.shown = time.monotonic()

    def advance(self, count: int = 1) -> None:
        """Count some more things done, and show it when it was not shown a moment ago."""
        self.done += count
        wait = SECONDS_ON_TERMINAL if self.is_terminal else SECONDS_ELSEWHERE
        if time.monotonic() - self.shown >= wait:
            self._show()

    def finish(self) -> None:
        """Show the end."""
        self._show()
        if self.is_terminal:
            self.stream.write("\n")
        self.stream.flush()

    def _show(self) -> None:
        self.shown = time.monotonic()
        text = f"{self.label} {self.done:,} of {self.total:,}, {self.shown - self.started:.0f} s"
        if self.is_terminal:
            filled = WIDTH * self.done // self.total if self.total else WIDTH
            self.stream.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {text}")
        else:
            self.stream.write(f"{text}\n")
        self.stream.flush()
