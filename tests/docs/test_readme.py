"""The README keeps its word: its code sells a product, and what it links to is there."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from nexus_commerce.orders.models import Order

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.django_db
@pytest.mark.hosts
def test_ten_lines_sell_a_first_product(capsys: pytest.CaptureFixture[str]) -> None:
    (selling,) = [block for block in CODE if "place_order(" in block]
    lines = [line for line in selling.splitlines() if line and not line.startswith("from ")]
    assert len(lines) == 10
    exec(compile(selling, "README.md", "exec"), {})
    order = Order.objects.get()
    assert (order.total, order.currency, order.state) == (2500, "EUR", "placed")
    assert capsys.readouterr().out == f"{order.number} 2500 placed\n"


def test_what_it_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_addresses_it_names_are_served() -> None:
    named = re.findall(r"`(?:POST )?(/shop/[^`]*)`", README)
    assert named == [
        reverse("nexus:carts"),
        reverse("nexus:checkout", args=["00000000-0000-0000-0000-000000000000"]).replace(
            "00000000-0000-0000-0000-000000000000", "{id}"
        ),
        reverse("nexus:docs"),
    ]
