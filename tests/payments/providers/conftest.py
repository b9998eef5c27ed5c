import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.payments.providers.stripe_account import StripeAccount


@pytest.fixture(scope="session")
def stripe_server() -> Iterator[str]:
    """Return the address of a localstripe that runs on loopback for the session."""
    script = Path(__file__).with_name("stripe_server.py")
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, str(script)], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{json.loads(server.stdout.readline())['port']}"
        server.communicate(timeout=10)


@pytest.fixture
def stripe_account(stripe_server: str) -> Iterator[StripeAccount]:
    account = StripeAccount(stripe_server)
    yield account
    account.faults([])
