"""Shoppers who order filled carts over HTTP, all at once."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

from nexus_commerce.cart.models import Cart, CartAddress, CartLine
from nexus_commerce.catalog.models import Variant
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.tokens import hash_token, new_token
from tests.cart.shopping import ready_cart
from tests.faults.serving import Site

__all__ = ["Answer", "Buyer", "all_at_once", "fill_carts", "outcomes", "percentile", "sold_out"]

IMPATIENT = 0.3
"""The longest that a buyer waits in seconds before asking again, whatever the reply says."""


@dataclass(frozen=True)
class Answer:
    """A reply: its bytes as they came, and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """What the reply comes to: the state of the order, or the code of the problem."""
        return str(self.json["order"]["state"] if self.status < 400 else self.json["code"])


@dataclass
class Buyer:
    """Somebody with a filled cart and one idempotency key."""

    cart: uuid.UUID
    token: str
    script: str = "approve"
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    def ask(self, site: Site) -> Answer:
        """Send the checkout once. Raises OSError or HTTPException where no reply comes."""
        body = json.dumps({"provider": "dummy", "payment_data": {"token": self.script}})
        headers = {"Content-Type": "application/json", "Cart-Token": self.token, "Idempotency-Key": self.key}
        began = time.monotonic()
        connection = HTTPConnection("127.0.0.1", site.port, timeout=60)
        try:
            connection.request("POST", f"/shop/v1/carts/{self.cart}/checkout", body, headers)
            reply = connection.getresponse()
            answer = Answer(reply.status, {}, reply.read(), 0)
            given = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(answer.status, given, answer.body, time.monotonic() - began)
        finally:
            connection.close()

    def insist(self, site: Site, *, seconds: float = 60, broken: list[Exception] | None = None) -> list[Answer]:
        """Send it again while no reply comes, or one that says to come back; return all replies, the final one last."""
        ends, answers = time.monotonic() + seconds, []
        while True:
            try:
                answers.append(self.ask(site))
                if not is_to_be_repeated(answers[-1]):
                    return answers
            except (OSError, HTTPException) as exc:
                if broken is not None:
                    broken.append(exc)
            assert time.monotonic() < ends, [(answer.status, answer.body) for answer in answers[-3:]]
            time.sleep(IMPATIENT)


def is_to_be_repeated(answer: Answer) -> bool:
    """Tell whether a client should send the same again: the shop was busy, or is still at it."""
    return answer.status == 503 or (answer.status == 409 and answer.code == "idempotency_key_in_use")


def fill_carts(channel: Channel, variant: Variant, count: int, script: str = "approve") -> list[Buyer]:
    """Make filled carts of guests: one as the services make it, the others after its pattern."""
    pattern = ready_cart(channel, variant)
    line, address = pattern.lines.get(), pattern.addresses.get()
    tokens = [new_token() for _ in range(count)]
    carts = Cart.objects.bulk_create(fresh(pattern, token_hash=hash_token(token)) for token in tokens)
    CartLine.objects.bulk_create(fresh(line, cart=cart) for cart in carts)
    CartAddress.objects.bulk_create(fresh(address, cart=cart, public=False) for cart in carts)
    pattern.delete()
    return [Buyer(cart.public_id, token, script) for cart, token in zip(carts, tokens, strict=True)]


def fresh(row: Any, *, public: bool = True, **columns: Any) -> Any:
    """Return a new row like another."""
    made = copy(row)
    made._state = copy(row._state)
    made._state.adding, made.pk = True, None
    for name, value in ({"public_id": uuid.uuid4()} if public else {}).items() | columns.items():
        setattr(made, name, value)
    return made


def all_at_once(acts: Sequence[Callable[[], Any]], *, at_most: int = 64) -> list[Any]:
    """Carry out the acts in threads, so many at a time, the first of them released together; return what they returned
    or raised."""
    threads = min(at_most, len(acts))
    barrier = threading.Barrier(threads)
    ready = threading.local()

    def run(act: Callable[[], Any]) -> Any:
        if not hasattr(ready, "is_off"):
            ready.is_off = True
            barrier.wait(timeout=20)
        try:
            return act()
        except Exception as exc:
            return exc

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, acts))


def sold_out(answer: Answer) -> bool:
    """Tell whether a reply says, as it should, that there is not enough in stock."""
    if answer.status != 409 or answer.headers["content-type"] != "application/problem+json":
        return False
    if answer.code == "checkout_incomplete":
        return {each["code"] for each in answer.json["params"]["requirements"]} == {"insufficient_stock"}
    return answer.code == "insufficient_stock"


def outcomes(answers: Sequence[Any]) -> Counter[str]:
    """Count replies by what they come to."""
    return Counter(f"{each.status} {each.code}" if isinstance(each, Answer) else repr(each) for each in answers)


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return the time that a share of them stays below."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]
