"""The database has fewer connections than the shop has processes: who gets none is told to come back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from nexus_commerce.inventory.models import Reservation
from nexus_commerce.orders.models import Order
from nexus_commerce.testing.factories import make_channel, make_product
from nexus_commerce.testing.invariants import assert_invariants
from tests.faults.buying import all_at_once, fill_carts, outcomes
from tests.faults.serving import Site, database_of_the_test, site_at

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

BUYERS = 24


@pytest.fixture
def role(transactional_db: None) -> Iterator[str]:
    """Make a user of the database who may have two connections. The password is for servers that ask for one."""
    name = f"nexus_few_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            pytest.skip("the user of the test may not make others")
        cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}' CONNECTION LIMIT 2")
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {name}")
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {name}")
        cursor.execute(f"DROP ROLE {name}")


@pytest.fixture
def site(role: str, tmp_path: Path) -> Iterator[Site]:
    # A connection for each request, as by Django's default: who was refused may be served the next time.
    database = database_of_the_test() | {"USER": role, "PASSWORD": role, "CONN_MAX_AGE": 0}
    with site_at(tmp_path, database=database) as site:
        site.start()
        yield site


def test_too_few_connections_are_told_and_got_over(site: Site) -> None:
    channel = make_channel(code="default", is_default=True)
    variant = make_product(channel=channel, amount=1000, stock=BUYERS).variants.get()
    buyers = fill_carts(channel, variant, BUYERS)
    site.wait()

    replies = all_at_once([partial(buyer.insist, site) for buyer in buyers], at_most=8)

    refused = [answer for answers in replies for answer in answers if answer.status == 503]
    print(f"{BUYERS} buyers, 4 processes, 2 connections:", outcomes([answers[-1] for answers in replies]), end=" ")
    print(f"after {len(refused)} refusals")
    assert refused, "Nobody was short of a connection."
    for answer in refused:
        assert (answer.code, answer.headers["retry-after"]) == ("busy", "1")
    assert {answers[-1].status for answers in replies} <= {200, 201}
    assert list(Order.objects.values_list("state", flat=True)) == ["placed"] * BUYERS
    assert len(site.bank.charges()) == BUYERS
    assert not Reservation.objects.exists()
    assert "Internal Server Error" not in site.log(), site.log()
    assert_invariants()
