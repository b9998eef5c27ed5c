"""The list of the points at which a process can be killed is whole."""

import re
from pathlib import Path

import nexus_commerce
from nexus_commerce.core.failpoints import FAILPOINTS
from tests.faults.test_crashes import ACTS, CHECKOUT, LATER


def test_every_point_is_passed_and_every_passed_point_is_listed() -> None:
    folder = Path(nexus_commerce.__file__).parent
    texts = [file.read_text() for file in folder.rglob("*.py")]
    passed = [name for text in texts for name in re.findall(r'\bfailpoint\("([^"]+)"\)', text)]
    assert sorted(passed) == sorted(FAILPOINTS)


def test_every_point_is_one_at_which_a_process_is_killed() -> None:
    assert sorted(CHECKOUT + LATER) == sorted(FAILPOINTS)
    assert {point.partition(".")[0] for point in LATER} == set(ACTS)
