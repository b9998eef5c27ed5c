"""The operations of the catalog."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.catalog.filters import is_storable
from nexus_commerce.api.catalog.rows import category_json, product_page_json, products_json
from nexus_commerce.api.openapi import Page, Results, operation
from nexus_commerce.api.parameters import CHANNEL
from nexus_commerce.api.principal import customer_of
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.views import CommerceView
from nexus_commerce.catalog.models import Collection
from nexus_commerce.core.errors import NotFound
from nexus_commerce.listing.attributes import filterable_attributes
from nexus_commerce.listing.cards import Viewer
from nexus_commerce.listing.categories import category_tree, find_category
from nexus_commerce.listing.cursors import Cursor
from nexus_commerce.listing.details import ProductNotFound, find_product
from nexus_commerce.listing.products import list_products

__all__ = [
    "AttributeListView",
    "CategoryListView",
    "CategoryView",
    "CollectionView",
    "ProductListView",
    "ProductView",
]


class CatalogView(CommerceView):
    """What everybody may read; prices are those of the visitor."""

    permissions = ("permissions.Public",)
    private = False

    def viewer(self) -> Viewer:
        """Return for whom, where and when the reply is made. A customer's own prices are kept by no cache."""
        customer = customer_of(self.request)
        self.private = customer is not None  # type: ignore[misc]
        channel = self.channel
        return Viewer(
            channel_id=channel.pk,
            currency=channel.currency,
            language=channel.default_language,
            country=channel.country,
            customer_id=customer.pk if customer else None,
            now=timezone.now(),
        )

    def moved(self, slug: str) -> Response:
        """Return the redirect from an old slug to the present one."""
        request = self.request._request
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        folder = quote(request.path.rpartition("/")[0])
        return Response(status=301, headers={"Location": f"{folder}/{quote(slug)}{query}"})


class ProductListView(CatalogView):
    """The products of the channel."""

    @operation(
        id="list_products",
        summary="List products",
        tag="Catalog",
        query="catalog.ProductFilter",
        responses={200: Page("catalog.ProductSerializer")},
        errors={400: ["invalid_input", "invalid_cursor"], 404: ["no_channel"]},
        parameters=[CHANNEL],
    )
    def get(self, request: Request) -> Response:
        """Products on sale, filtered and ordered, a page at a time, with prices and availability.

        The filter of an attribute is `attributes.<code>`, with `.min` and `.max` for bounds; `GET /v1/attributes`
        tells which there are. Filters of different names all apply; one name given twice takes either value.
        """
        query = api_class("catalog.ProductFilter")().read(request.query_params, self.channel)
        page = list_products(channel=self.channel, viewer=self.viewer(), query=query)
        body: dict[str, Any] = {
            "results": products_json(page.cards, request, self.channel.currency),
            "next": self._address(page.next) if page.next else None,
        }
        if page.count is not None:
            body["count"] = page.count
        return Response(body)

    def _address(self, cursor: Cursor) -> str:
        params = self.request.query_params.copy()
        params["cursor"] = cursor.encode()
        request = self.request._request
        return f"{request.build_absolute_uri(request.path)}?{params.urlencode()}"


class ProductView(CatalogView):
    """One product."""

    @operation(
        id="get_product",
        summary="Show a product",
        tag="Catalog",
        responses={200: "catalog.ProductDetailSerializer", 301: None},
        errors={404: ["not_found", "no_channel"]},
        parameters=[CHANNEL],
    )
    def get(self, request: Request, slug: str) -> Response:
        """A product with its variants, pictures, related products and the path to it.

        The address has its slug or its id. An old slug is answered with 301 and the address of the present one.
        """
        if not is_storable(slug):
            raise ProductNotFound
        public_id = _public_id(slug)
        named = {"public_id": public_id} if public_id else {"slug": slug}
        found = find_product(channel=self.channel, viewer=self.viewer(), **named)
        if found.moved_to:
            return self.moved(found.moved_to)
        return Response(product_page_json(found, request, self.channel.currency))


class CategoryListView(CatalogView):
    """The category tree."""

    @operation(
        id="list_categories",
        summary="Show the category tree",
        tag="Catalog",
        query="catalog.CategoryFilter",
        responses={200: Results("catalog.CategoryNodeSerializer")},
        errors={400: ["invalid_input"], 404: ["no_channel"]},
        parameters=[CHANNEL],
    )
    def get(self, request: Request) -> Response:
        """The whole tree of visible categories, nested; `count=true` adds how many products each has."""
        asked = self.read_query("catalog.CategoryFilter").validated_data
        tree = category_tree(channel=self.channel, viewer=self.viewer(), with_counts=asked.get("count", False))
        writer = api_class("catalog.CategoryNodeSerializer")(context={"request": request})
        return Response({"results": [writer.to_representation(node) for node in tree]})


class CategoryView(CatalogView):
    """One category."""

    @operation(
        id="get_category",
        summary="Show a category",
        tag="Catalog",
        responses={200: "catalog.CategorySerializer", 301: None},
        errors={404: ["not_found", "no_channel"]},
        parameters=[CHANNEL],
    )
    def get(self, request: Request, slug: str) -> Response:
        """A category with the path to it and the categories right below; its products are listed with `?category=`."""
        if not is_storable(slug):
            raise NotFound
        found = find_category(viewer=self.viewer(), slug=slug)
        if found.moved_to:
            return self.moved(found.moved_to)
        return Response(category_json(found, request))


class CollectionView(CatalogView):
    """One collection."""

    @operation(
        id="get_collection",
        summary="Show a collection",
        tag="Catalog",
        responses={200: "catalog.CollectionSerializer"},
        errors={404: ["not_found"]},
    )
    def get(self, request: Request, code: str) -> Response:
        """A collection; its products are listed with `?collection=`."""
        found = Collection.objects.filter(code=code, is_visible=True).first() if is_storable(code) else None
        if found is None:
            raise NotFound
        return Response(self.write("catalog.CollectionSerializer", found))


class AttributeListView(CatalogView):
    """The attributes that products can be filtered by."""

    @operation(
        id="list_attributes",
        summary="List the attributes to filter by",
        tag="Catalog",
        responses={200: Results("catalog.AttributeSerializer")},
    )
    def get(self, request: Request) -> Response:
        """The attributes that `GET /v1/products` filters by, with their kinds, units and choices."""
        writer = api_class("catalog.AttributeSerializer")(context={"request": request})
        return Response({"results": [writer.to_representation(row) for row in filterable_attributes().values()]})


def _public_id(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
