from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy

from nexus_commerce.api.fields import money_json
from nexus_commerce.api.renderers import _dump_with_json, _dump_with_orjson

VALUES: list[tuple[Any, str]] = [
    ({"a": [1, None, True, "é"]}, '{"a":[1,null,true,"é"]}'),
    (datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC), '"2026-05-04T03:02:01.123456Z"'),
    (datetime(2026, 5, 4, 3, tzinfo=timezone(timedelta(hours=2))), '"2026-05-04T01:00:00Z"'),
    (date(2026, 5, 4), '"2026-05-04"'),
    (Decimal("1.50"), '"1.50"'),
    (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    (gettext_lazy("Yes"), '"Yes"'),
    ({"a": 2**70}, '{"a":1180591620717411303424}'),
    ({1: "x"}, '{"1":"x"}'),
]


@pytest.mark.parametrize("dump", [_dump_with_json, _dump_with_orjson])
@pytest.mark.parametrize(("value", "text"), VALUES, ids=[text for _, text in VALUES])
def test_both_ways_to_write_json_write_the_same(dump: Any, value: Any, text: str) -> None:
    assert dump(value).decode() == text


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (1250, "EUR", "12.50"),
        (5, "EUR", "0.05"),
        (-5, "EUR", "-0.05"),
        (-1250, "EUR", "-12.50"),
        (0, "EUR", "0.00"),
        (1250, "JPY", "1250"),
        (-7, "JPY", "-7"),
        (1250, "KWD", "1.250"),
        (10**15, "EUR", "10000000000000.00"),
    ],
)
def test_money_has_exactly_the_digits_of_its_currency(minor: int, currency: str, amount: str) -> None:
    assert money_json(minor, currency) == {"amount": amount, "currency": currency}


def test_no_amount_is_null() -> None:
    assert money_json(None, "EUR") is None
