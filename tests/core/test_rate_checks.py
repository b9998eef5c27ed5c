"""E229: rates of tries that are misspelt would be limits that are none."""

from typing import Any

import pytest
from django.test import override_settings

from nexus_commerce.conf import BadSetting
from nexus_commerce.conf.rates import rates_in_force
from nexus_commerce.core.setting_checks import check_settings


@pytest.mark.parametrize("written", ["", "10", "10/week", "0/min", "-1/min", "ten/min", 10, "10/min "])
def test_a_rate_that_cannot_be_read_is_a_check(written: Any) -> None:
    with pytest.raises(BadSetting):
        rates_in_force({"coupon": written})
    with override_settings(NEXUS_COMMERCE={"THROTTLE_RATES": {"coupon": written}}):
        (found,) = [one for one in check_settings(None) if one.id == "nexus_commerce.E229"]
    assert "10/min" in str(found.hint)


def test_an_unknown_scope_is_a_check() -> None:
    with override_settings(NEXUS_COMMERCE={"THROTTLE_RATES": {"cupon": "1/s"}}):
        (found,) = check_settings(None)
    assert (found.id, found.hint) == ("nexus_commerce.E229", "Did you mean 'coupon'?")
