"""Every acceptance case of carts, stock, checkouts and refunds has a test of its name."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Final

import pytest

from tests.api import (
    test_acceptance_cart,
    test_acceptance_checkout,
    test_acceptance_refunds,
    test_acceptance_stock,
)

CASES: Final = {
    test_acceptance_refunds: "A-R1 A-R2 A-R3",
    test_acceptance_stock: "A-S4 A-S5 A-S6 A-S7 A-S10 B-S4 B-S5 B-S17",
    test_acceptance_cart: "A-C11 B-M1 B-M2 B-M3 B-M8 B-M9",
    test_acceptance_checkout: "A-C1 A-C2 A-C3 A-C6 A-C8 A-C9 A-C10 B-S6 B-S7 B-S10 B-S11 B-S14 B-S15 B-S16",
}


@pytest.mark.parametrize("module", CASES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_case_has_a_test_and_every_test_a_case(module: ModuleType) -> None:
    named = [re.fullmatch(r"test_([AB])_([A-Z]\d+)", name) for name in vars(module)]
    assert {f"{found[1]}-{found[2]}" for found in named if found} == set(CASES[module].split())
