"""The code of the pages does what the pages say."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from nexus_commerce.customers.services import get_customer
from nexus_commerce.events.models import InboxEntry, OutboxEvent
from nexus_commerce.events.services import deliver_all, run_job, start_job
from nexus_commerce.fulfillment.services import ship_order
from nexus_commerce.orders.models import Order
from nexus_commerce.testing.factories import make_product
from tests.fulfillment.parcels import paid_order, stocked

pytestmark = pytest.mark.django_db

PAGES = Path(__file__).resolve().parents[2] / "docs" / "howto"


@pytest.fixture
def received(settings, monkeypatch):
    """Run the ERP of the page, and have the shop use the code of the page."""
    heard: list[tuple[str, dict[str, Any]]] = []

    class Erp(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.append((self.headers["Idempotency-Key"], body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    monkeypatch.syspath_prepend(str(PAGES))
    with HTTPServer(("127.0.0.1", 0), Erp) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.ERP_URL = f"http://127.0.0.1:{server.server_port}/"
        settings.NEXUS_COMMERCE = {
            **getattr(settings, "NEXUS_COMMERCE", {}),
            "SUBSCRIBERS": ["react_to_events.Loyalty", "react_to_events.TellErp"],
            "JOBS": ["long_work.CountWords"],
        }
        yield heard
        server.shutdown()
    for name in ("react_to_events", "long_work"):
        sys.modules.pop(name, None)


def test_subscribers_react(received, channel):
    order = paid_order(channel, (stocked(channel), 1))
    user = get_user_model().objects.create_user("ada", email="ada@example.com", password="x")
    Order.objects.filter(pk=order.pk).update(customer=get_customer(user=user))
    ship_order(order=order)

    deliver_all()

    assert [body["type"] for _, body in received if body["id"] == str(order.public_id)] == ["order.placed"]
    assert {body["type"] for _, body in received} >= {"shipment.created", "shipment.shipped"}
    placed = OutboxEvent.objects.get(type="order.placed")
    assert received[0][0] == str(placed.event_id)
    assert list(user.groups.values_list("name", flat=True)) == ["Buyers"]
    assert set(InboxEntry.objects.values_list("state", flat=True)) == {"done"}


def test_long_work_counts(received, channel):
    for _ in range(3):
        make_product(channel=channel, description="Two words")
    job = start_job(kind="shop.count_words")

    assert run_job(job_id=job.pk) == "done"
    job.refresh_from_db()
    assert (job.result, job.done, job.total) == ({"words": 6}, 3, 3)
