"""The OpenAPI document of the library's own addresses."""

from __future__ import annotations

from threading import Lock
from typing import Any, Final

from django.urls import include, path
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import SPECTACULAR_DEFAULTS, patched_settings

from nexus_commerce import __version__
from nexus_commerce.api.openapi import SECURITY_SCHEMES
from nexus_commerce.conf import nexus_settings

__all__ = ["build_document"]

TAGS: Final = [
    {"name": "Channel", "description": "The sales channel: currency, country, language."},
    {"name": "Catalog", "description": "What is for sale."},
    {"name": "Carts", "description": "What a shopper is about to buy. Prices always come from the server."},
    {"name": "Prices", "description": "What things would cost, without a cart."},
    {"name": "Checkout", "description": "The act of ordering, and the ways to pay."},
    {"name": "Orders", "description": "What was bought."},
    {"name": "Customers", "description": "The signed-in customer's profile and address book."},
    {"name": "Staff", "description": "For those who run the shop."},
]
DESCRIPTION: Final = """
A shop over HTTP. Two calls are enough to buy: create a cart with its lines, e-mail and address, and check it out.

- Money is `{"amount": "12.50", "currency": "EUR"}`: a decimal in quotes, with exactly the currency's digits.
- Every error is `application/problem+json` (RFC 9457) with a stable `code`.
- A field that an operation does not know is refused, in bodies and in queries.
- Carts and orders have an `ETag`; send it back as `If-Match` to change only what you have seen.
""".strip()
# The host's own settings of drf-spectacular are for the host's own document: this one starts from the defaults.
_DEFAULTS: Final = {
    name: value
    for name, value in SPECTACULAR_DEFAULTS.items()
    if not name.startswith("SERVE_") and name != "DEFAULT_GENERATOR_CLASS"
}
_OWN: Final[dict[str, Any]] = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Nexus Commerce",
    "DESCRIPTION": DESCRIPTION,
    "VERSION": __version__,
    "TAGS": TAGS,
    "SCHEMA_PATH_PREFIX": "/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "APPEND_COMPONENTS": {"securitySchemes": SECURITY_SCHEMES},
}
MAX_BUILT: Final = 16
# drf-spectacular patches its settings for the whole process, so one document is built at a time.
_lock = Lock()
_built: dict[tuple[Any, ...], dict[str, Any]] = {}


def build_document(server: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; ``server`` is the path that the host includes the library under.

    Built once for each set of classes in force and language.
    """
    key = (server, get_language(), *nexus_settings.API.values())
    with _lock:
        if key not in _built:
            if len(_built) >= MAX_BUILT:
                _built.clear()
            _built[key] = _build(server)
        return _built[key]


def _build(server: str) -> dict[str, Any]:
    # A new include: the document names addresses below the server, wherever the host has put the library.
    patterns = [path("", include("nexus_commerce.urls"))]
    generator: Any = SchemaGenerator
    with patched_settings(_DEFAULTS | _OWN | {"SERVERS": [{"url": server}]}):
        document: dict[str, Any] = generator(patterns=patterns).get_schema(request=None, public=True)
    return document
