"""E230: names that are stored with the work tell whose it is."""

from typing import Any

import pytest

from nexus_commerce.events.checks import check_names
from nexus_commerce.events.jobs import JobKind
from nexus_commerce.events.subscribers import Subscriber


class One(Subscriber):
    name = "tests.same"


class Other(Subscriber):
    name = "tests.same"


class Nameless(Subscriber):
    """Has no name."""


class NamelessKind(JobKind):
    """Has no name."""


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({}, 0),
        ({"SUBSCRIBERS": [f"{__name__}.One"]}, 0),
        ({"SUBSCRIBERS": [f"{__name__}.One", f"{__name__}.Other"]}, 2),
        ({"SUBSCRIBERS": [f"{__name__}.Nameless"]}, 1),
        ({"JOBS": [f"{__name__}.NamelessKind"]}, 1),
        ({"JOBS": ["nowhere.Kind"], "SUBSCRIBERS": [f"{__name__}.Nameless"]}, 1),
    ],
)
def test_a_name_is_there_and_nobody_elses(settings: Any, given: dict[str, list[str]], count: int) -> None:
    settings.NEXUS_COMMERCE = given

    found = check_names(None)

    assert [problem.id for problem in found] == ["nexus_commerce.E230"] * count
