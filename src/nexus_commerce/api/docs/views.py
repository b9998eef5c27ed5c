"""The index of the API, its OpenAPI document, and the page that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.http import HttpResponse
from django.template import Context, Engine
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce import __version__
from nexus_commerce.api.docs.schema import build_document
from nexus_commerce.api.views import CommerceView

__all__ = ["DocsScriptView", "DocsStyleView", "DocsView", "IndexView", "OpenAPIView"]

SIDECAR = "drf_spectacular_sidecar"
# An engine of its own: a host that serves an API only need not have templates.
_engine = Engine(
    dirs=[str(Path(__file__).parent / "templates")], autoescape=True, builtins=["nexus_commerce.api.docs.marks"]
)


class DocsViewBase(CommerceView):
    """What the views of this module share; they are not part of the document that they show."""

    permissions = ("permissions.Public",)
    private = False
    schema = None  # type: ignore[assignment]

    def address(self, name: str) -> str:
        """Return the address of a route of the library, under the name space that the host gave it."""
        match = self.request._request.resolver_match
        return reverse(f"nexus:{name}", current_app=match.namespace if match else None)

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI document for the place where the host included the library."""
        return build_document(self.address("index").removesuffix("/v1/") or "/")

    def page(self, template: str, content_type: str = "text/html", **context: Any) -> HttpResponse:
        """Return a rendered template."""
        text = _engine.get_template(template).render(Context(context, autoescape=content_type == "text/html"))
        return HttpResponse(text, content_type=f"{content_type}; charset=utf-8")


class IndexView(DocsViewBase):
    """Where things are."""

    ENTRIES: ClassVar[tuple[str, ...]] = (
        "channel",
        "products",
        "categories",
        "carts",
        "quote",
        "payment-providers",
        "orders",
        "me",
        "addresses",
        "openapi",
        "docs",
    )

    def get(self, request: Request) -> Response:
        """The addresses to begin with."""
        found = {}
        for name in self.ENTRIES:
            try:
                found[name.replace("-", "_")] = request.build_absolute_uri(self.address(name))
            except NoReverseMatch:
                continue
        return Response({"name": "Nexus Commerce", "version": __version__, "addresses": found})


class OpenAPIView(DocsViewBase):
    """The OpenAPI 3.1 document."""

    def get(self, request: Request) -> Response:
        """The document of this API, for programs that make clients."""
        return Response(self.document())


class DocsView(DocsViewBase):
    """The documentation page: Swagger UI where its files are installed, else a plain list. Nothing comes from other
    sites."""

    def get(self, request: Request) -> HttpResponse:
        """The page."""
        document = self.document()
        if not apps.is_installed(SIDECAR):
            return self.page(
                "plain.html",
                document=document,
                groups=operations_by_tag(document),
                style=self.address("docs-style"),
            )
        return self.page(
            "swagger.html",
            title=document["info"]["title"],
            style=static(f"{SIDECAR}/swagger-ui-dist/swagger-ui.css"),
            bundle=static(f"{SIDECAR}/swagger-ui-dist/swagger-ui-bundle.js"),
            icon=static(f"{SIDECAR}/swagger-ui-dist/favicon-32x32.png"),
            script=self.address("docs-script"),
        )


class DocsScriptView(DocsViewBase):
    """The script that starts Swagger UI: a file of its own, so that a policy without inline scripts allows it."""

    def get(self, request: Request) -> HttpResponse:
        """The script."""
        return self.page(
            "swagger.js",
            "text/javascript",
            document=self.address("openapi"),
            cookie=settings.CSRF_COOKIE_NAME,
            header=settings.CSRF_HEADER_NAME.removeprefix("HTTP_").replace("_", "-"),
        )


class DocsStyleView(DocsViewBase):
    """The style of the plain page: a file of its own, so that a policy without inline styles allows it."""

    def get(self, request: Request) -> HttpResponse:
        """The style."""
        return self.page("plain.css", "text/css")


def operations_by_tag(document: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the operations of a document under their tags, for the plain page."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            entry = {"method": method.upper(), "path": path, **said}
            groups.setdefault(said["tags"][0], []).append(entry)
    return list(groups.items())
