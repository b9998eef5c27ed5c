"""The operations of a customer's own profile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from nexus_commerce.api.addresses import address_data
from nexus_commerce.api.cart.examples import ADDRESS_EXAMPLES
from nexus_commerce.api.openapi import SESSION, Page, operation
from nexus_commerce.api.paging import read_page
from nexus_commerce.api.principal import make_customer_of
from nexus_commerce.api.registry import api_class
from nexus_commerce.api.views import CommerceView
from nexus_commerce.core.errors import NotFound
from nexus_commerce.customers.models import Address
from nexus_commerce.customers.services import change_customer, delete_address, save_address

__all__ = ["AddressListView", "AddressView", "MeView"]

SIGNED_OUT = ["not_authenticated"]


class MeView(CommerceView):
    """The signed-in customer."""

    permissions = ("permissions.SignedIn",)

    @operation(
        id="get_me",
        summary="Show the own profile",
        tag="Customers",
        responses={200: "customers.CustomerSerializer"},
        errors={401: SIGNED_OUT},
        auth=SESSION,
    )
    def get(self, request: Request) -> Response:
        """The customer that the signed-in user is; made now where there was none."""
        return Response(self.write("customers.CustomerSerializer", make_customer_of(request)))

    @operation(
        id="change_me",
        summary="Change the own profile",
        tag="Customers",
        request="customers.CustomerChangeSerializer",
        responses={200: "customers.CustomerSerializer"},
        errors={400: ["invalid_input"], 401: SIGNED_OUT, 403: ["permission_denied"]},
        auth=SESSION,
    )
    def patch(self, request: Request) -> Response:
        """Set what is sent."""
        values = self.read_body("customers.CustomerChangeSerializer")
        customer = make_customer_of(request)
        if values:
            customer = change_customer(customer=customer, fields=values)
        return Response(self.write("customers.CustomerSerializer", customer))


class AddressListView(CommerceView):
    """The address book of the signed-in customer."""

    permissions = ("permissions.SignedIn",)

    @operation(
        id="list_addresses",
        summary="List the own addresses",
        tag="Customers",
        query="customers.BookFilter",
        responses={200: Page("customers.BookAddressSerializer")},
        errors={400: ["invalid_input"], 401: SIGNED_OUT},
        auth=SESSION,
    )
    def get(self, request: Request) -> Response:
        """The book, newest address first, a page at a time."""
        query = self.read_query("customers.BookFilter")
        rows = Address.objects.filter(customer=make_customer_of(request))
        page, following = read_page(request, rows, query)
        writer: Any = api_class("customers.BookAddressSerializer")(context={"view": self})
        return Response({"results": [writer.to_representation(row) for row in page], "next": following})

    @operation(
        id="add_address",
        summary="Add an address",
        tag="Customers",
        request="customers.BookAddressInputSerializer",
        responses={201: "customers.BookAddressSerializer"},
        errors={400: ["invalid_input"], 401: SIGNED_OUT, 403: ["permission_denied"]},
        examples=ADDRESS_EXAMPLES,
        auth=SESSION,
    )
    def post(self, request: Request) -> Response:
        """Add an address to the book. A new default takes the place of the old one."""
        values = self.read_body("customers.BookAddressInputSerializer")
        row = save_address(customer=make_customer_of(request), address=address_data(values), **book_values(values))
        return Response(self.write("customers.BookAddressSerializer", row), status=201)


class AddressView(CommerceView):
    """One address of the book."""

    permissions = ("permissions.SignedIn",)

    @operation(
        id="get_address",
        summary="Show an address",
        tag="Customers",
        responses={200: "customers.BookAddressSerializer"},
        errors={401: SIGNED_OUT, 404: ["not_found"]},
        auth=SESSION,
    )
    def get(self, request: Request, address_id: UUID) -> Response:
        """An address of the own book."""
        row = Address.objects.filter(customer=make_customer_of(request), public_id=address_id).first()
        if row is None:
            raise NotFound
        return Response(self.write("customers.BookAddressSerializer", row))

    @operation(
        id="replace_address",
        summary="Replace an address",
        tag="Customers",
        request="customers.BookAddressInputSerializer",
        responses={200: "customers.BookAddressSerializer"},
        errors={400: ["invalid_input"], 401: SIGNED_OUT, 403: ["permission_denied"], 404: ["not_found"]},
        auth=SESSION,
    )
    def put(self, request: Request, address_id: UUID) -> Response:
        """Replace a whole address; what is not sent becomes empty."""
        values = self.read_body("customers.BookAddressInputSerializer")
        row = save_address(
            customer=make_customer_of(request),
            public_id=address_id,
            address=address_data(values),
            **book_values(values),
        )
        return Response(self.write("customers.BookAddressSerializer", row))

    @operation(
        id="delete_address",
        summary="Delete an address",
        tag="Customers",
        responses={204: None},
        errors={401: SIGNED_OUT, 403: ["permission_denied"], 404: ["not_found"]},
        auth=SESSION,
    )
    def delete(self, request: Request, address_id: UUID) -> Response:
        """Take an address out of the book; orders keep their copies."""
        delete_address(customer=make_customer_of(request), public_id=address_id)
        return Response(status=204)


def book_values(values: dict[str, Any]) -> dict[str, Any]:
    """Return what the book says of an address, from the checked values of a body."""
    return {name: values[name] for name in ("label", "is_default_shipping", "is_default_billing") if name in values}
