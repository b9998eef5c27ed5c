"""The message broker goes away while shoppers order: they notice nothing, and every mail is sent once it is back."""

from __future__ import annotations

import email
import os
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.orders.models import Order
from nexus_commerce.testing.factories import make_channel, make_product
from nexus_commerce.testing.invariants import assert_invariants
from tests.events.celery_workers import Proxy, Workers, wait_for
from tests.faults.buying import Buyer, all_at_once, fill_carts, outcomes, percentile
from tests.faults.serving import Site, site_at

pytestmark = [pytest.mark.postgresql, pytest.mark.rabbitmq, pytest.mark.django_db(transaction=True)]

ORDERS = 60
AT_ONCE = 2


class SiteWorkers(Workers):
    """Workers of a site that is served."""

    def __init__(self, broker: str, site: Site) -> None:
        super().__init__(broker, site.folder)
        self.site = site

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | self.site.environment


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Stand in front of the broker."""
    proxy = Proxy(os.environ["RABBITMQ_URL"])
    yield proxy
    proxy.cut()


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    with site_at(tmp_path, NEXUS_SITE_RELAY="background") as site:
        site.start(workers=AT_ONCE)
        yield site


@pytest.fixture
def workers(site: Site, proxy: Proxy) -> Iterator[Workers]:
    workers = SiteWorkers(proxy.url, site)
    yield workers
    workers.kill()


def order(site: Site, buyers: list[Buyer]) -> list[float]:
    """Have everybody order, some at a time; return how long each took."""
    answers = all_at_once([partial(buyer.ask, site) for buyer in buyers], at_most=AT_ONCE)
    assert outcomes(answers) == {"201 placed": len(buyers)}
    return [answer.seconds for answer in answers]


def mails(site: Site) -> Counter[str]:
    """Count the mails by their subjects. A file may hold several, with a line of dashes after each."""
    found: Counter[str] = Counter()
    for file in (site.folder / "mails").glob("*.log"):
        for text in file.read_text().split("\n" + "-" * 79 + "\n"):
            if text.strip():
                found[str(email.message_from_string(text)["Subject"])] += 1
    return found


def is_worked_off() -> bool:
    is_told = not OutboxEvent.objects.exclude(state="relayed").exists()
    return is_told and not InboxEntry.objects.exclude(state="done").exists()


def test_no_shopper_notices_that_the_broker_is_away_and_no_mail_is_lost(
    site: Site, workers: Workers, proxy: Proxy
) -> None:
    channel = make_channel(code="default", is_default=True)
    variant = make_product(channel=channel, amount=1000, stock=1000).variants.get()
    buyers = fill_carts(channel, variant, 2 * ORDERS + 8)
    site.wait()
    workers.start()
    order(site, buyers[:8])
    wait_for("the first mails are sent", lambda: mails(site).total() == 8, seconds=60)

    with_broker = order(site, buyers[8 : 8 + ORDERS])
    proxy.cut()
    without_broker = order(site, buyers[8 + ORDERS :])
    sent_before = mails(site).total()
    waiting = OutboxEvent.objects.filter(state="pending").count()
    assert waiting >= ORDERS
    proxy.restore()
    took = wait_for("everything is worked off", is_worked_off, seconds=60)

    for name, times in (("with", with_broker), ("without", without_broker)):
        print(f"{name} broker: p50 {percentile(times, 0.5):.3f} s, p95 {percentile(times, 0.95):.3f} s")
    print(f"{sent_before} mails and {waiting} events waiting before it was back, all done {took:.1f} s after that")
    assert percentile(without_broker, 0.95) < 2 * percentile(with_broker, 0.95) + 0.2
    sent = mails(site)
    for number in Order.objects.values_list("number", flat=True):
        assert sum(count for subject, count in sent.items() if number in subject) == 1, sent
    assert sent.total() == len(buyers)
    assert OutboxEvent.objects.filter(type="order.placed").count() == len(buyers)
    assert "Internal Server Error" not in site.log(), site.log()
    assert_invariants()
