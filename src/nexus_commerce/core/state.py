"""States as data: which state may follow which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Flow", "IllegalTransition"]


class IllegalTransition(ValueError):
    """A state was to follow one that it cannot follow."""

    def __init__(self, flow: str, current: str, wanted: str) -> None:
        super().__init__(f"{flow}: {current!r} cannot become {wanted!r}.")
        self.flow, self.current, self.wanted = flow, current, wanted


@dataclass(frozen=True)
class Flow:
    """The states of one thing: ``transitions`` maps each state to those that may follow it; one without any is
    final."""

    name: str
    initial: str
    transitions: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, name: str, initial: str, transitions: Mapping[str, Iterable[str]]) -> "Flow":
        """Build a flow; states that are only named as targets are final."""
        table = {state: frozenset(after) for state, after in transitions.items()}
        for target in frozenset().union(*table.values()):
            table.setdefault(target, frozenset())
        return cls(name, initial, table)

    @property
    def states(self) -> frozenset[str]:
        return frozenset(self.transitions)

    def extended(self, more: Mapping[str, Iterable[str]]) -> "Flow":
        """Return this flow with a host's transitions added; nothing of the library's is taken away."""
        table: dict[str, set[str]] = {state: set(after) for state, after in self.transitions.items()}
        for state, after in more.items():
            table.setdefault(state, set()).update(after)
        return Flow.of(self.name, self.initial, table)

    def check(self, current: str, wanted: str) -> None:
        """Raise ``IllegalTransition`` unless ``wanted`` may follow ``current``."""
        if wanted not in self.transitions.get(current, ()):
            raise IllegalTransition(self.name, current, wanted)
