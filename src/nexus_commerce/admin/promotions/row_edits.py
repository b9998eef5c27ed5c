"""Adding, removing and moving rows of a form that was sent, so that the page works where no script runs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from nexus_commerce.admin.promotions.rule_forms import KINDS

__all__ = ["BUTTON", "Edited", "edit_rows"]

BUTTON = "_rows"
"""The name of the buttons that change rows: ``conditions:add``, ``effects:remove:1``, ``effects:up:1``, ``table``."""

MOVES = {"up": -1, "down": 1}
Row = dict[str, list[str]]


@dataclass(slots=True)
class Edited:
    """A form as it was sent, after the change; ``fresh`` are the places of rows that were just added, by their kind."""

    data: QueryDict
    fresh: dict[str, list[int]] = field(default_factory=dict)


def edit_rows(sent: QueryDict) -> Edited:
    """Put the rows that were sent in their order, leave out those marked as removed, and do what a button asks for."""
    edited = Edited(sent.copy())
    for kind in KINDS:
        rows = rows_of(sent, kind)
        command, _, place = sent.get(BUTTON, "").removeprefix(f"{kind}:").partition(":")
        if sent.get(BUTTON, "").startswith(f"{kind}:"):
            change_rows(rows, command, int(place) if place.isdecimal() else -1)
        if command == "add" and (code := sent.get(f"{kind}-new", "")):
            edited.fresh[kind] = [len(rows)]
            rows.append({"code": [code]})
        if f"{kind}-TOTAL_FORMS" in sent:
            write_rows(edited.data, kind, rows)
    return edited


def rows_of(sent: QueryDict, kind: str) -> list[Row]:
    """Return the rows of one kind in the order that they ask for, without those that were removed."""
    pattern = re.compile(rf"{kind}-(\d{{1,4}})-(.+)")
    rows: dict[int, Row] = {}
    for name, values in sent.lists():
        if found := pattern.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = list(values)
    kept = [(place, row) for place, row in sorted(rows.items()) if not row.get("DELETE")]
    return [row for place, row in sorted(kept, key=lambda pair: order_of(pair[1], pair[0]))]


def order_of(row: Mapping[str, list[str]], place: int) -> tuple[int, int]:
    """Return where a row wants to stand."""
    wanted = row.get("ORDER", [""])[0]
    return (int(wanted) if wanted.isdecimal() else place, place)


def change_rows(rows: list[Row], command: str, place: int) -> None:
    """Remove a row, or exchange it with its neighbor; a place that is none changes nothing."""
    if not 0 <= place < len(rows):
        return
    if command == "remove":
        del rows[place]
    elif command in MOVES and 0 <= (other := place + MOVES[command]) < len(rows):
        rows[place], rows[other] = rows[other], rows[place]


def write_rows(data: QueryDict, kind: str, rows: list[Row]) -> None:
    """Write the rows of one kind in place of those that were sent."""
    for name in [name for name in data if re.match(rf"{kind}-\d", name)]:
        del data[name]
    data[f"{kind}-TOTAL_FORMS"] = str(len(rows))
    for place, row in enumerate(rows):
        for name, values in row.items():
            if name not in ("ORDER", "DELETE"):
                data.setlist(f"{kind}-{place}-{name}", values)
