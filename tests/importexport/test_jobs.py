"""Imports and exports as long work: watched, canceled, taken up again."""

import csv
import errno
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from nexus_commerce.catalog.models import Product
from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.importexport import files, tracking
from nexus_commerce.contrib.importexport.orders import write_orders
from nexus_commerce.contrib.importexport.shopify import run
from nexus_commerce.events.models import Job
from nexus_commerce.events.services import cancel_job, open_jobs, run_job, start_job
from nexus_commerce.orders.models import Order
from tests.importexport.files import row, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_work(settings, tmp_path, monkeypatch):
    """Have the kinds of jobs, a private folder, and small batches."""
    monkeypatch.setattr(run, "ROWS_PER_BATCH", 5)
    settings.STORAGES = {
        **settings.STORAGES,
        "nexus_private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "private")},
        },
    }
    kinds = [f"nexus_commerce.contrib.importexport.jobs.{name}" for name in ("ShopifyImport", "OrdersCsv")]
    settings.NEXUS_COMMERCE = {**getattr(settings, "NEXUS_COMMERCE", {}), "JOBS": kinds}


@pytest.fixture
def channel() -> Channel:
    return Channel.objects.create(code="web", name="Web", currency="EUR", country="DE", is_default=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    mugs = [row(f"mug-{number}", Variant_SKU=f"MUG-{number}") for number in range(12)]
    return write_csv(tmp_path / "products.csv", [*mugs, row("bad", Variant_Price="much")])


def import_file(*arguments: Any, **options: Any) -> str:
    out = StringIO()
    with suppress(SystemExit):
        call_command("nexus_import", "shopify", *arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def make_order(channel: Channel, number: str, **columns: Any) -> Order:
    defaults: dict[str, Any] = {"currency": "EUR", "placed_at": "2026-03-01T12:00Z"}
    defaults |= {"prices_include_tax": True, "display_tax": True, "subtotal": 1250, "total": 1250}
    return Order.objects.create(
        number=number,
        channel=channel,
        language="en",
        time_zone="UTC",
        **{**defaults, **columns},
    )


def test_an_import_by_command_is_a_job(channel: Channel, file: Path) -> None:
    text = import_file(file)

    job = Job.objects.get()
    assert f"job {job.public_id}" in text
    assert (job.kind, job.state, job.done, job.total) == ("nexus_import", "done", 13, 13)
    assert job.result["products"] == {"created": 12, "failed": 1}
    assert job.errors[0]["line"] == 14
    assert "Variant Price" in job.errors[0]["message"]
    assert open_jobs() == []


def test_a_dry_run_is_none(channel: Channel, file: Path) -> None:
    import_file(file, dry_run=True)

    assert not Job.objects.exists()


def test_an_import_that_broke_off_goes_on(channel: Channel, file: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(tracking, "EVERY", 0)
    tell = tracking.JobObserver.tell

    def interrupted(self: Any, total: int | None = None) -> None:
        tell(self, total)
        if self.done >= 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(tracking.JobObserver, "tell", interrupted)
    with pytest.raises(KeyboardInterrupt):
        import_file(file)
    job = Job.objects.get()
    assert (job.state, Product.objects.count() in range(4, 10)) == ("queued", True)
    assert open_jobs() == []

    monkeypatch.setattr(tracking.JobObserver, "tell", tell)
    import_file(resume=str(job.public_id))

    job.refresh_from_db()
    assert (job.state, job.attempts, Product.objects.count()) == ("done", 2, 12)
    assert job.result["products"]["unchanged"] >= 4


def test_an_import_that_is_canceled_stops(channel: Channel, file: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(tracking, "EVERY", 0)
    advanced = tracking.JobObserver.advanced

    def canceled(self: Any, products: int, written: Any = ()) -> None:
        if self.done:
            cancel_job(job=Job.objects.get())
        advanced(self, products, written)

    monkeypatch.setattr(tracking.JobObserver, "advanced", canceled)

    with pytest.raises(CommandError, match="canceled"):
        import_file(file)
    assert Job.objects.get().state == "canceled"
    assert 0 < Product.objects.count() < 12


def test_what_has_ended_or_never_was_is_not_resumed(channel: Channel, file: Path) -> None:
    import_file(file)

    with pytest.raises(CommandError, match="has ended"):
        import_file(resume=str(Job.objects.get().public_id))
    with pytest.raises(CommandError, match="there is no import"):
        import_file(resume="not-an-id")
    with pytest.raises(CommandError, match="which FILE"):
        import_file()


def test_an_unreadable_file_fails_its_job(channel: Channel, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(b"Handle,Title\n\xff,x\n")

    with pytest.raises(CommandError, match=r"bad\.csv"):
        import_file(path)
    assert Job.objects.get().state == "failed"


def test_a_worker_imports_a_file_of_the_storage(channel: Channel, file: Path) -> None:
    storages["nexus_private"].save("uploads/products.csv", ContentFile(file.read_bytes()))
    job = start_job(kind="shopify_import", params={"file": "uploads/products.csv", "channel": "web"})

    assert open_jobs() == [job.pk]
    assert run_job(job_id=job.pk) == "done"
    job.refresh_from_db()
    assert (job.done, Product.objects.count()) == (13, 12)
    assert job.result["products"] == {"created": 12, "failed": 1}


def test_orders_are_written_as_csv(channel: Channel, tmp_path: Path) -> None:
    make_order(channel, "=cmd|' /C calc'!A0", email="ada@example.com", state="placed")
    make_order(channel, "A-2", currency="JPY", total=900, state="canceled", placed_at="2026-04-01T00:00Z")
    job = start_job(kind="orders_csv")

    assert run_job(job_id=job.pk) == "done"

    job.refresh_from_db()
    name = f"exports/orders-{job.public_id}.csv"
    assert job.result == {"file": name, "orders": 2}
    assert (job.done, job.total) == (2, 2)
    with (tmp_path / "private" / name).open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert first["number"] == "'=cmd|' /C calc'!A0"
    assert (first["total"], first["currency"], first["channel"]) == ("12.50", "EUR", "web")
    assert first["placed_at"] == "2026-03-01T12:00:00+00:00"
    assert (second["total"], second["currency"]) == ("900", "JPY")
    assert [path.name for path in (tmp_path / "private" / "exports").iterdir()] == [Path(name).name]


@pytest.mark.parametrize(
    ("params", "numbers"),
    [
        ({"state": "placed"}, ["A-1"]),
        ({"placed_from": "2026-03-15T00:00+01:00"}, ["A-2"]),
        ({"placed_until": "2026-03-15T00:00+01:00"}, ["A-1"]),
        ({"channel": "web"}, ["A-1", "A-2"]),
    ],
)
def test_orders_are_chosen(channel: Channel, tmp_path: Path, params: dict[str, str], numbers: list[str]) -> None:
    make_order(channel, "A-1", state="placed")
    make_order(channel, "A-2", state="canceled", placed_at="2026-04-01T00:00Z")
    job = start_job(kind="orders_csv", params=params)

    run_job(job_id=job.pk)

    job.refresh_from_db()
    with (tmp_path / "private" / job.result["file"]).open(encoding="utf-8-sig", newline="") as file:
        assert [line["number"] for line in csv.DictReader(file)] == numbers


@pytest.mark.parametrize(
    ("params", "reason"), [({"placed_from": "2026-03-15"}, "offset"), ({"channel": "none"}, "DoesNotExist")]
)
def test_a_wrong_parameter_fails_the_job(channel: Channel, params: dict[str, str], reason: str) -> None:
    job = start_job(kind="orders_csv", params=params)

    assert run_job(job_id=job.pk) == "failed"
    job.refresh_from_db()
    assert reason in job.errors[0]["message"]


def test_a_full_disk_fails_the_job_and_leaves_nothing(channel: Channel, tmp_path: Path, monkeypatch: Any) -> None:
    make_order(channel, "A-1")
    save = storages["nexus_private"].save

    def full(name: str, content: Any) -> str:
        save(name, ContentFile(b"half of i"))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "private_storage", lambda: storages["nexus_private"])
    monkeypatch.setattr(storages["nexus_private"], "save", full)
    job = start_job(kind="orders_csv")

    assert run_job(job_id=job.pk) == "failed"

    job.refresh_from_db()
    assert "No space left" in job.errors[-1]["message"]
    assert list((tmp_path / "private" / "exports").iterdir()) == []


def test_without_a_private_storage_nothing_is_written(channel: Channel, settings: Any) -> None:
    settings.STORAGES = {name: value for name, value in settings.STORAGES.items() if name != "nexus_private"}
    job = start_job(kind="orders_csv")

    assert run_job(job_id=job.pk) == "failed"
    job.refresh_from_db()
    assert "nexus_private" in job.errors[0]["message"]


def test_an_export_holds_one_chunk_at_a_time(channel: Channel, django_assert_num_queries: Any) -> None:
    for number in range(7):
        make_order(channel, f"A-{number}")
    told: list[int] = []

    with django_assert_num_queries(2):
        assert write_orders(StringIO(), Order.objects.all(), advanced=told.append) == 7
    assert told == [7]
