"""What a host declares or takes away, and how it changes a page."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import Client, RequestFactory
from django.test.utils import isolate_apps
from django.urls import reverse

from nexus_commerce.admin import CommerceAdmin, OrderAdmin, ProductTypeAdmin
from nexus_commerce.admin.base import exposed_fields, removed_fields, without_fields
from nexus_commerce.catalog.models import Physical, Tag
from nexus_commerce.catalog.services import create_product
from nexus_commerce.channels.models import Channel
from nexus_commerce.orders.models import Order
from tests.admin.forms import errors_of, submit

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]


def page(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def new_value(field: Any, old: Any) -> Any:
    """Return another value of a field, as it is typed."""
    kind = field.get_internal_type()
    if "Integer" in kind:
        return str((old or 0) + 3)
    return "Z" if "Char" in kind or "Text" in kind else None


def test_exposed_fields_of_a_product_are_written_as_declared(pages: Client, channel: Channel) -> None:
    product = Physical.objects.get(pk=create_product(name="Jacket").pk)
    form = pages.get(page(product)).context["adminform"].form
    exposed = exposed_fields(Physical)
    assert {name for name, writable in exposed.items() if writable} <= set(form.fields)
    assert not {name for name, writable in exposed.items() if not writable} & set(form.fields)
    changes = {
        name: typed
        for name, writable in exposed.items()
        if writable and (typed := new_value(Physical._meta.get_field(name), getattr(product, name)))
    }
    response = submit(pages, page(product), **changes)
    assert response.status_code == 302, errors_of(response)
    product.refresh_from_db()
    assert {name: str(getattr(product, name)) for name in changes} == changes


def test_an_order_is_open_where_the_host_lets_staff_write_and_nowhere_else(pages: Client, rows: None) -> None:
    order = Order.objects.get()
    writable = {name for name, open_to_staff in exposed_fields(Order).items() if open_to_staff}
    form = pages.get(page(order)).context["adminform"].form
    assert set(form.fields) == writable
    values = dict.fromkeys(writable, "Z")
    response = submit(pages, page(order), state="canceled", total="1", **values)
    assert response.status_code == (302 if writable else 403)
    before = (order.state, order.total)
    order.refresh_from_db()
    assert (order.state, order.total) == before
    assert {name: getattr(order, name) for name in values} == values


def test_everything_exposed_is_on_a_page_and_nothing_else_of_the_host(staff: Any, rows: None) -> None:
    request = RequestFactory().get("/")
    request.user = staff
    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, CommerceAdmin) and model_admin.fieldsets:
            row = model._default_manager.first()
            request.__dict__.pop("nexus_inputs", None)
            shown = flatten_fieldsets(model_admin.get_fieldsets(request, row))
            assert set(exposed_fields(model)) <= set(shown), model
            assert len(shown) == len(set(shown)), model


def test_a_host_registers_its_own_class(pages: Client, rows: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class ShopOrderAdmin(OrderAdmin):
        list_display = [*OrderAdmin.list_display, "email"]

    monkeypatch.setitem(admin.site._registry, Order, ShopOrderAdmin(Order, admin.site))
    assert admin.site._registry[Order].check() == []
    assert pages.get(reverse("admin:nexus_orders_order_changelist")).status_code == 200


def test_a_product_type_of_the_host_needs_one_line(staff: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    types = [model for model in Physical.__bases__[-1].__subclasses__() if model not in admin.site._registry]
    for model in types:
        model_admin = ProductTypeAdmin(model, admin.site)
        monkeypatch.setitem(admin.site._registry, model, model_admin)
        assert model_admin.check() == []
        request = RequestFactory().get("/")
        request.user = staff
        names = flatten_fieldsets(model_admin.get_fieldsets(request))
        own = {field.name for field in model._meta.local_concrete_fields if field.editable and not field.primary_key}
        assert own <= set(names)


@isolate_apps("nexus_commerce.catalog")
def test_a_field_that_a_host_took_away_is_left_out() -> None:
    class Named(CommerceAdmin):
        list_display = ["name", "shade"]
        list_filter = ["shade", ("shade", admin.AllValuesFieldListFilter), "name"]
        search_fields = ["=shade", "name"]
        fieldsets = [(None, {"fields": ["name", ("shade",)]})]

    class Gone(Tag):
        shade = None

        class Meta:
            proxy = True
            app_label = "nexus_catalog"

    assert removed_fields(Gone) == {"shade"}
    left = Named(Gone, admin.site)
    assert (left.list_display, left.list_filter, left.search_fields) == (["name"], ["name"], ["name"])
    assert left.fieldsets == [(None, {"fields": ["name"]})]
    assert without_fields([("t", {"fields": [("a", "b"), "c"]})], ["b"]) == [("t", {"fields": [("a",), "c"]})]
