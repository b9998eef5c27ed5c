"""Operations of the document as targets: where they are, and a good request for each."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from tests.api.client import Api, Reply

__all__ = ["Target", "leaves", "replaced"]

GOOD: dict[str, Any] = {
    "email": "ada@example.com",
    "language": "en",
    "country": "DE",
    "phone": "+49301234",
    "quantity": 1,
    "provider": "manual",
    "amount": "2.00",
    "tracking_url": "https://example.com/x",
    "currency": "EUR",
}
"""Values that the operations accept, by the name of the field; any other text is ``x``."""
Step = str | int


class Target:
    """One operation, with everything that a good request of it has."""

    def __init__(self, document: dict[str, Any], operation_id: str, ids: dict[str, str]) -> None:
        found = [
            (method.upper(), path, said)
            for path, methods in document["paths"].items()
            for method, said in methods.items()
            if said["operationId"] == operation_id
        ]
        self.document = document
        ((self.method, self.template, self.said),) = found
        self.ids = ids

    def path(self, **swapped: str) -> str:
        ids = self.ids | swapped
        return re.sub(r"{(\w+)}", lambda match: ids[match.group(1)], self.template).removeprefix("/v1/")

    def call(self, api: Api, body: Any = None, *, swapped: dict[str, str] | None = None, **sent: Any) -> Reply:
        """Carry the operation out, on whatever version there is."""
        asked = {one["name"] for one in self.said.get("parameters", ()) if one["in"] == "header"}
        versions = {"If-Match": "*"} if "If-Match" in asked else {}
        return api.call(self.method, self.path(**(swapped or {})), body, **versions, **sent)

    def body(self) -> Any:
        schema = self.said["requestBody"]["content"]["application/json"]["schema"]
        return self.example(schema, "")

    def example(self, schema: dict[str, Any], name: str) -> Any:
        """Return a good value for a schema."""
        if "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for choice in ("allOf", "oneOf"):
            if choice in schema:
                return self.example(schema[choice][0], name)
        if name in self.ids:
            return self.ids[name]
        if "enum" in schema:
            return schema["enum"][0]
        if "properties" in schema:
            return {key: self.example(part, key) for key, part in schema["properties"].items()}
        kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
        if kind == "array":
            return [self.example(schema["items"], name)]
        return GOOD.get(name, {"object": {"x": "y"}, "boolean": False, "integer": 1}.get(kind, "x"))


def leaves(body: Any, way: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Yield the way to every value of a body, branches included."""
    steps: Any = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for step, part in steps:
        yield (*way, step)
        yield from leaves(part, (*way, step))


def replaced(body: Any, way: tuple[Step, ...], value: Any) -> Any:
    whole = inside = copy.deepcopy(body)
    for step in way[:-1]:
        inside = inside[step]
    inside[way[-1]] = value
    return whole
