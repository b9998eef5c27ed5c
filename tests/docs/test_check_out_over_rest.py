"""The page on checking out over REST keeps its word: its calls are made, in their order."""

import json
import re
from pathlib import Path
from string import Template

import pytest

from nexus_commerce.api.docs.schema import build_document
from nexus_commerce.channels.models import Channel
from nexus_commerce.orders.models import Order
from nexus_commerce.payments.models import Payment
from nexus_commerce.testing.factories import make_product
from tests.api.client import Api
from tests.checkout.paying import online_shop

PAGE = (Path(__file__).resolve().parents[2] / "docs/howto/check-out-over-rest.md").read_text(encoding="utf-8")
CALL = re.compile(
    r"^```http\n(?P<method>[A-Z]+) /v1/(?P<path>\S+) HTTP/1.1\n"
    r"(?P<headers>(?:[\w-]+: [^\n]+\n)*)(?:\n(?P<body>.*?))?^```\n\n"
    r"→ `(?P<status>\d+)(?: (?P<code>\w+))?`$",
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.django_db
def test_its_calls_lead_to_a_paid_order(channel: Channel, tmp_path: Path) -> None:
    variant = make_product(channel=channel, amount=1000, stock=5).variants.get()
    known, statuses = {"variant": str(variant.public_id)}, []
    api = Api(cookies=False)
    with online_shop(tmp_path) as bank:
        for call in CALL.finditer(PAGE):
            if "complete-payment" in call["path"]:
                bank.approve(Payment.objects.get(state="requires_action").provider_ref or "")
            said = {name: Template(call[name] or "").substitute(known) for name in ("path", "headers", "body")}
            headers = dict(line.split(": ", 1) for line in said["headers"].splitlines())
            body = json.loads(said["body"]) if said["body"] else None
            reply = api.call(call["method"], said["path"], body, **headers)
            assert reply.status_code == int(call["status"]), reply.content
            told = reply.json()
            if call["code"]:
                assert told["code"] == call["code"]
            if "cart" in told:
                known |= {"cart": told["cart"]["id"], "cart_token": told["token"]}
            if "next_action" in told:
                known |= {"order": told["order"]["id"], "order_token": told["token"]}
            statuses.append(reply.status_code)
        assert len(bank.charges()) == 1
    assert statuses == [201, 409, 202, 200, 200]
    assert len(statuses) == PAGE.count("```http")
    assert Order.objects.exclude(state="expired").get().payment_state == "paid"


def test_the_codes_it_names_are_those_of_the_document() -> None:
    told = build_document("")["paths"]["/v1/carts/{cart_id}/checkout"]["post"]["responses"]
    codes = " ".join(reply["description"] for reply in told.values())
    table = PAGE.partition("## When it is refused")[2]
    for code in re.findall(r"^\| `(\w+)`", table, re.MULTILINE):
        assert f"`{code}`" in codes, code
