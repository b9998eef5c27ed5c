from typing import Any

import pytest

from nexus_commerce.shipping.checks import check_carriers

TABLE = "tests.shipping.carrier_server.TableCarrier"


def problems(settings: Any, **carriers: Any) -> list[Any]:
    settings.NEXUS_COMMERCE = {**getattr(settings, "NEXUS_COMMERCE", {}), "CARRIERS": carriers}
    return check_carriers(None)


def test_options_that_a_carrier_cannot_use_are_reported(settings: Any) -> None:
    wrong = {"BACKEND": TABLE, "OPTIONS": {"timeout": 60, "valid_for": 0}}
    found = problems(settings, bike=wrong, van={"BACKEND": TABLE})
    assert [problem.id for problem in found] == ["nexus_commerce.E213"] * 2
    assert "['bike']: The option timeout" in found[0].msg
    assert TABLE in found[0].hint


@pytest.mark.parametrize("carriers", [{}, {"bike": {"BACKEND": TABLE, "OPTIONS": {"timeout": 1}}}], ids=str)
def test_nothing_is_reported_where_nothing_is_wrong(settings: Any, carriers: dict[str, Any]) -> None:
    assert problems(settings, **carriers) == []


def test_what_the_checks_of_the_settings_report_is_not_reported_twice(settings: Any) -> None:
    assert problems(settings, bike={"BACKEND": "nowhere.Carrier"}) == []
