"""Run the stages of a long job, show how long each took, and sum them up."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Result:
    """What one stage came to; ``problem`` is empty when it passed."""

    name: str
    seconds: float = 0.0
    problem: str = ""
    note: str = ""


@dataclass
class Report:
    """The results of the stages that ran, in their order."""

    results: list[Result] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[Result]:
        """Time a stage and announce it; the body sets ``problem`` when it fails."""
        result = Result(name)
        print(f"\n>>> {name}", flush=True)
        started = time.monotonic()
        try:
            yield result
        except BaseException:
            result.problem = "interrupted"
            raise
        finally:
            result.seconds = time.monotonic() - started
            self.results.append(result)
            print(f"<<< {name}: {result.problem or 'ok'}, {result.seconds:.1f} s", flush=True)

    def run(self, name: str, job: Callable[[], str]) -> None:
        """Run a job that returns what is wrong, or an empty string."""
        with self.stage(name) as result:
            result.problem = job()

    @property
    def failed(self) -> bool:
        return any(result.problem for result in self.results)

    @property
    def seconds(self) -> float:
        return sum(result.seconds for result in self.results)

    def print_table(self) -> None:
        width = max((len(result.name) for result in self.results), default=0)
        print("\nstages")
        for result in self.results:
            line = f"  {result.name:<{width}}  {result.seconds:7.1f} s  {result.problem or 'ok'}  {result.note}"
            print(line.rstrip())
        print(f"  {'total':<{width}}  {self.seconds:7.1f} s", flush=True)
