"""The example project is a host of its own: it loads from nothing, serves, and is ready to be deployed."""

import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[3]
MANAGE = ROOT / "example_project" / "manage.py"


def environment(var: Path, **values: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return {**kept, "VAR": str(var), "PYTHONUNBUFFERED": "1", **values}


def manage(*arguments: str, var: Path, **values: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(MANAGE), *arguments]
    return subprocess.run(command, env=environment(var, **values), capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("var")
    done = manage("nexus_demo", "--no-serve", "--no-pictures", var=var)
    assert done.returncode == 0, done.stderr
    assert "Products  98 of 98" in done.stdout
    return var


def rows(var: Path, query: str) -> list[tuple[object, ...]]:
    database = sqlite3.connect(var / "shop.sqlite3")
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def test_host_s_own_type_and_column_are_loaded(loaded: Path) -> None:
    assert rows(loaded, "SELECT count(*), min(minutes) FROM shop_workshop") == [(3, 150)]
    ((promised,),) = rows(loaded, "SELECT count(*) FROM nexus_catalog_product WHERE repair_years = 25")
    assert isinstance(promised, int)
    assert promised > 20
    assert rows(loaded, "SELECT username, is_superuser FROM accounts_user") == [("admin", 1)]


def test_host_s_own_bottles_and_promotion_are_loaded(loaded: Path) -> None:
    bottles = rows(loaded, "SELECT sku, metadata FROM nexus_catalog_variant WHERE sku LIKE 'BOT-%' ORDER BY sku")
    assert bottles == [("BOT-APPL", '{"deposit": 25}'), ("BOT-GING", '{"deposit": 8}')]
    ((conditions,),) = rows(loaded, "SELECT conditions FROM nexus_promotions_promotion WHERE name LIKE 'Fits into%'")
    assert conditions == '[{"code": "weight", "args": {"at_most": 500}}]'


def test_host_s_own_ways_to_pay_are_on_offer_and_orders_are_there(loaded: Path) -> None:
    states = rows(loaded, "SELECT state, count(*) FROM nexus_orders_order GROUP BY state ORDER BY state")
    assert states == [("canceled", 1), ("completed", 2), ("expired", 1), ("placed", 4), ("review", 1)]
    providers = rows(loaded, "SELECT DISTINCT provider FROM nexus_payments_payment ORDER BY provider")
    assert providers == [("dummy",), ("manual",)]
    assert any((loaded / "mails").iterdir()), "Mails of these orders were sent, to files."


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def heed_control_c() -> None:
    """Undo what a shell does to a job in the background, which is to ignore the signal."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def serving(var: Path, port: int) -> Iterator[str]:
    command = [sys.executable, str(MANAGE), "nexus_demo", "--no-pictures"]
    process = subprocess.Popen(
        command, env=environment(var, PORT=str(port)), stdout=subprocess.PIPE, text=True, preexec_fn=heed_control_c
    )
    assert process.stdout is not None
    try:
        box = []
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and (line := process.stdout.readline()):
            box.append(line)
            if line.startswith("+") and len(box) > 3:
                break
        yield "".join(box)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0


def test_second_start_serves_what_the_box_says_and_stops_on_control_c(loaded: Path) -> None:
    port = free_port()
    with serving(loaded, port) as box:
        base = f"http://127.0.0.1:{port}"
        assert "Products" not in box
        assert "admin / wick-and-warp" in box
        assert "W1CK-ANDW-ARP5-0EVS (€50.00)" in box
        assert f"as files in {loaded / 'mails'}" in box
        addresses = [word for word in box.split() if word.startswith(base)]
        assert f"{base}/admin/" in addresses
        assert f"{base}/shop-api/v1/docs" in addresses
        for address in addresses:
            with urlopen(address, timeout=60) as response:
                assert response.status == 200
                assert "default-src" in response.headers["Content-Security-Policy"]
                assert response.headers["X-Content-Type-Options"] == "nosniff"


def check_deployment(tmp_path: Path, **values: str) -> subprocess.CompletedProcess[str]:
    values = {"SECRET_KEY": secrets.token_urlsafe(64), "ALLOWED_HOSTS": "shop.example.com", **values}
    return manage("check", "--deploy", "--fail-level=WARNING", var=tmp_path, DEBUG="0", **values)


@pytest.mark.parametrize(
    "values",
    [
        {"DATABASE_URL": "postgres://shop@localhost/shop", "REDIS_URL": "redis://localhost"},
        {"ALLOW_IN_PRODUCTION": "sqlite,local_cache"},
    ],
    ids=["servers", "one machine"],
)
def test_deployment_checks_are_clean(tmp_path: Path, values: dict[str, str]) -> None:
    done = check_deployment(tmp_path, **values)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_a_demo_that_is_opened_to_customers_is_told_what_it_lacks(tmp_path: Path) -> None:
    done = check_deployment(tmp_path, SECRET_KEY="change-me-" * 8, ALLOWED_HOSTS="*")
    assert done.returncode == 1
    numbers = [f"E{number}" for number in range(220, 229)]
    assert {number for number in numbers if number in done.stderr} == {"E221", "E222", "E225", "E226"}


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    done = manage("makemigrations", "--check", "--dry-run", var=tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"DEBUG": "0"}, "Set SECRET_KEY"),
        ({"DEBUG": "0", "SECRET_KEY": "x" * 60}, "Set ALLOWED_HOSTS"),
        ({"DEBUG": "maybe"}, "DEBUG='maybe' is neither 1 nor 0"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must look like postgres://"),
    ],
)
def test_missing_setting_is_named_in_one_line(tmp_path: Path, values: dict[str, str], message: str) -> None:
    done = manage("check", var=tmp_path, **values)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_folder_that_cannot_be_made_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = manage("nexus_demo", var=tmp_path / "file" / "var")
    assert done.returncode == 1
    assert "Set VAR to a folder of yours" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_demo_refuses_to_run_without_debug(tmp_path: Path) -> None:
    settings = {"SECRET_KEY": secrets.token_urlsafe(64), "ALLOWED_HOSTS": "shop.example.com"}
    done = manage("nexus_demo", var=tmp_path, DEBUG="0", ALLOW_IN_PRODUCTION="sqlite,local_cache", **settings)
    assert done.returncode == 1
    assert "DEBUG" in done.stderr
    assert len(done.stderr.splitlines()) == 1
