"""Products, variants, categories and attributes are written through the services, and nothing is typed as JSON."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from nexus_commerce.catalog.models import (
    Attribute,
    Bundle,
    Category,
    Media,
    Physical,
    Product,
    ProductAncestor,
    Variant,
)
from nexus_commerce.catalog.services import add_variant, create_attribute, create_category, create_product
from nexus_commerce.channels.models import Channel
from nexus_commerce.events.models import OutboxEvent
from tests.admin.forms import errors_of, submit

pytestmark = pytest.mark.django_db


def page(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


ADD_PHYSICAL = "admin:nexus_catalog_physical_add"


@pytest.fixture
def jacket(channel: Channel) -> Product:
    return Product.objects.get(pk=create_product(name="Jacket").pk)


KINDS = [
    ("text", [], "Wool", "Wool"),
    ("integer", [], "12", 12),
    ("decimal", [], "12.50", "12.5"),
    ("boolean", [], "true", True),
    ("boolean", [], "false", False),
    ("date", [], "2026-11-23", "2026-11-23"),
    ("choice", ["s", "m"], "m", "m"),
    ("choice", [1, 2], "2", 2),
    ("choices", ["a", "b", "c"], ["c", "a"], ["a", "c"]),
]


@pytest.mark.parametrize(("kind", "choices", "typed", "stored"), KINDS)
def test_an_attribute_goes_round(
    kind: str, choices: list[Any], typed: Any, stored: Any, pages: Client, jacket: Product
) -> None:
    create_attribute(code="trait", name="Trait", kind=kind, choices=choices)
    response = submit(pages, page(jacket), attribute__trait=typed)
    assert response.status_code == 302, errors_of(response)
    jacket.refresh_from_db()
    assert jacket.attributes == {"trait": stored}

    again = submit(pages, page(jacket))
    assert again.status_code == 302, errors_of(again)
    jacket.refresh_from_db()
    assert jacket.attributes == {"trait": stored}


def test_an_emptied_attribute_is_taken_away_and_others_stay(pages: Client, jacket: Product) -> None:
    for code in ("fabric", "lining", "gone"):
        create_attribute(code=code, name=code)
    submit(pages, page(jacket), attribute__fabric="Wool", attribute__lining="Silk", attribute__gone="x")
    Attribute.objects.filter(code="gone").update(archived_at="2026-01-01T00:00Z")
    submit(pages, page(jacket), attribute__fabric="")
    jacket.refresh_from_db()
    assert jacket.attributes == {"lining": "Silk", "gone": "x"}


def test_a_localized_attribute_has_a_field_a_language(pages: Client, jacket: Product) -> None:
    Channel.objects.create(code="de", name="DE", currency="EUR", country="DE", default_language="de")
    create_attribute(code="fit", name="Fit", is_localized=True)
    submit(pages, page(jacket), attribute__fit__en="Loose", attribute__fit__de="Weit")
    jacket.refresh_from_db()
    assert jacket.attributes == {"fit": {"en": "Loose", "de": "Weit"}}
    submit(pages, page(jacket), attribute__fit__en="")
    jacket.refresh_from_db()
    assert jacket.attributes == {"fit": {"de": "Weit"}}


def test_attributes_of_other_types_and_categories_are_not_asked_for(pages: Client, jacket: Product) -> None:
    create_attribute(code="pages", name="Pages", product_types=["nexus_catalog.digital"])
    create_attribute(code="roast", name="Roast", categories=[create_category(name="Coffee")])
    create_attribute(code="cloth", name="Cloth", product_types=["nexus_catalog.physical"])
    form = pages.get(page(jacket)).context["adminform"].form
    assert {name for name in form.fields if name.startswith("attribute__")} == {"attribute__cloth"}


def test_a_required_attribute_is_required(pages: Client, jacket: Product) -> None:
    create_attribute(code="cloth", name="Cloth", is_required=True)
    assert "attribute__cloth" in errors_of(submit(pages, page(jacket)))


def test_a_product_is_created_with_variant_listing_and_category(pages: Client, channel: Channel) -> None:
    category = create_category(name="Coats", parent=create_category(name="Clothes"))
    response = submit(
        pages,
        reverse(ADD_PHYSICAL),
        name="Parka",
        description="<p>Warm<script>alert(1)</script></p>",
        **{
            "variants-0-sku": "PARKA",
            "variants-0-track_stock": "on",
            "listings-TOTAL_FORMS": "1",
            "listings-0-channel": channel.pk,
            "listings-0-is_visible": "on",
            "placements-TOTAL_FORMS": "1",
            "placements-0-category": category.pk,
        },
    )
    assert response.status_code == 302, errors_of(response)
    product = Physical.objects.get()
    assert product.description == "<p>Warm</p>"
    assert product.slugs.get().slug == "parka"
    assert [variant.sku for variant in product.variants.all()] == ["PARKA"]
    assert product.listings.get().channel == channel
    assert ProductAncestor.objects.filter(product=product).count() == 2
    assert OutboxEvent.objects.filter(type="product.created").exists()


def test_a_new_slug_keeps_the_old_one_and_counts_the_version(pages: Client, jacket: Product) -> None:
    submit(pages, page(jacket), slug="coat")
    assert {slug.slug: slug.is_current for slug in jacket.slugs.all()} == {"jacket": False, "coat": True}
    version = jacket.version
    jacket.refresh_from_db()
    assert jacket.version == version + 1


def test_a_taken_slug_is_refused_on_its_field_and_nothing_is_written(pages: Client, jacket: Product) -> None:
    create_product(name="Coat")
    response = submit(pages, page(jacket), slug="coat", name="Other")
    assert "slug" in errors_of(response)
    jacket.refresh_from_db()
    assert jacket.name == "Jacket"


def test_nobody_writes_over_a_change_they_have_not_seen(pages: Client, jacket: Product) -> None:
    response = submit(pages, page(jacket), name="Mine", read_version=str(jacket.version - 1))
    assert "changed in the meantime" in str(errors_of(response))
    jacket.refresh_from_db()
    assert jacket.name == "Jacket"


def test_options_then_variants(pages: Client, jacket: Product) -> None:
    submit(
        pages,
        page(jacket),
        **{
            "options-TOTAL_FORMS": "1",
            "options-0-name": "Size",
            "options-0-value_list": "S, M",
            "options-0-position": 0,
        },
    )
    size = jacket.options.get()
    assert [value.value for value in size.values.all()] == ["S", "M"]
    for number, value in enumerate(["M", "XL"]):
        response = submit(
            pages,
            page(jacket),
            **{
                "variants-TOTAL_FORMS": str(number + 1),
                f"variants-{number}-sku": f"J-{value}",
                f"variants-{number}-option_{size.pk}": value,
            },
        )
        assert response.status_code == 302, errors_of(response)
    found = {variant.sku: variant.option_values.get().value for variant in jacket.variants.all()}
    assert found == {"J-M": "M", "J-XL": "XL"}
    twice = submit(
        pages,
        page(jacket),
        **{"variants-TOTAL_FORMS": "3", "variants-2-sku": "J-2", f"variants-2-option_{size.pk}": "M"},
    )
    assert twice.status_code == 200
    assert jacket.variants.count() == 2


def test_a_variant_changes_on_its_own_page(pages: Client, jacket: Product) -> None:
    create_attribute(code="dye", name="Dye", on_variant=True)
    variant = add_variant(product=jacket, sku="J", options={"Color": "Red"})
    option = jacket.options.get()
    changes = {"sku": "J2", f"option_{option.pk}": "Blue", "attribute__dye": "Indigo", "weight": "700"}
    response = submit(pages, page(variant), **changes)
    assert response.status_code == 302, errors_of(response)
    variant.refresh_from_db()
    assert (variant.sku, variant.weight, variant.attributes) == ("J2", 700, {"dye": "Indigo"})
    assert variant.option_values.get().value == "Blue"
    assert "barcode" in errors_of(submit(pages, page(variant), barcode="4006381333932"))


def test_a_bundle_gets_its_items(pages: Client, channel: Channel, jacket: Product) -> None:
    part = add_variant(product=jacket, sku="J")
    bundle = create_product(name="Set", product_type=Bundle)
    whole = add_variant(product=bundle, sku="SET")
    row = {"bundle_items-0-variant": part.pk, "bundle_items-0-quantity": "2", "bundle_items-0-position": "0"}
    response = submit(pages, page(whole), **{"bundle_items-TOTAL_FORMS": "1", **row})
    assert response.status_code == 302, errors_of(response)
    assert [(item.variant, item.quantity) for item in whole.bundle_items.all()] == [(part, 2)]
    assert "2 × Jacket" in pages.get(page(bundle)).content.decode()
    assert "bundle_items" not in pages.get(page(part)).content.decode()


def test_relations_and_tags(pages: Client, jacket: Product) -> None:
    other = create_product(name="Scarf")
    rows = {"relations-0-related": other.pk, "relations-0-kind": "related", "relations-0-position": "0"}
    tag = other.tags.create(name="warm")
    submit(pages, page(jacket), tags=[tag.pk], **{"relations-TOTAL_FORMS": "1", **rows})
    assert [row.related.pk for row in jacket.relations.all()] == [other.pk]
    assert list(jacket.tags.all()) == [tag]


def test_archive_and_restore(pages: Client, jacket: Product) -> None:
    for action, archived in (("archive", True), ("restore", False)):
        address = reverse(f"admin:nexus_catalog_physical_{action}", args=[jacket.pk])
        assert pages.get(address).status_code == 200
        assert pages.post(address).status_code == 302
        jacket.refresh_from_db()
        assert (jacket.archived_at is not None) is archived
    assert pages.get(address).status_code == 404
    listing = reverse("admin:nexus_catalog_product_changelist")
    pages.post(listing, {"action": "archive_selected", "_selected_action": [jacket.pk]})
    jacket.refresh_from_db()
    assert jacket.archived_at
    assert pages.get(listing).context["cl"].result_count == 0
    assert pages.get(listing, {"archived": "yes"}).context["cl"].result_count == 1


class TestCategories:
    @pytest.fixture
    def tree(self) -> dict[str, Category]:
        a, b = create_category(name="a"), create_category(name="b")
        return {"a": a, "b": b, "a1": create_category(name="a1", parent=a), "a2": create_category(name="a2", parent=a)}

    @pytest.mark.parametrize(
        ("moved", "target", "position", "order"),
        [
            ("b", "a", "last-child", "a a1 a2 b"),
            ("b", "a", "left", "b a a1 a2"),
            ("a", "b", "right", "b a a1 a2"),
            ("a2", "a1", "left", "a a2 a1 b"),
            ("a1", "a2", "right", "a a2 a1 b"),
            ("b", "a1", "right", "a a1 b a2"),
            ("a1", "b", "last-child", "a a2 b a1"),
            ("a", "a1", "last-child", "a a1 a2 b"),
        ],
    )
    def test_dragging_moves(
        self, moved: str, target: str, position: str, order: str, tree: dict[str, Category], pages: Client
    ) -> None:
        data = {"cmd": "move_node", "cut_item": tree[moved].pk, "pasted_on": tree[target].pk, "position": position}
        assert pages.post(reverse("admin:nexus_catalog_category_changelist"), data).status_code == 200
        assert " ".join(row.name for row in Category.objects.order_by("tree_id", "lft")) == order

    def test_dragging_nonsense_changes_nothing(self, tree: dict[str, Category], pages: Client) -> None:
        data = {"cmd": "move_node", "cut_item": "x", "pasted_on": "9" * 40, "position": "left"}
        assert pages.post(reverse("admin:nexus_catalog_category_changelist"), data).content == b"FAIL"

    def test_a_category_is_added_moved_and_deleted(self, tree: dict[str, Category], pages: Client) -> None:
        submit(pages, reverse("admin:nexus_catalog_category_add"), name="new", parent=tree["b"].pk)
        new = Category.objects.get(name="new")
        assert new.parent == tree["b"]
        assert new.slugs.get().slug == "new"
        response = submit(pages, page(new), parent=tree["a"].pk, slug="fresh")
        assert response.status_code == 302, errors_of(response)
        new.refresh_from_db()
        assert (new.parent, new.level) == (tree["a"], 1)
        assert new.slugs.get(is_current=True).slug == "fresh"
        below = submit(pages, page(tree["a"]), parent=tree["a1"].pk)
        assert errors_of(below)
        pages.post(reverse("admin:nexus_catalog_category_delete", args=[new.pk]), {"post": "yes"})
        assert not Category.objects.filter(name="new").exists()
        pages.post(reverse("admin:nexus_catalog_category_delete", args=[tree["a"].pk]), {"post": "yes"})
        assert Category.objects.filter(name="a").exists()


def test_an_attribute_is_defined_without_json(pages: Client) -> None:
    lines = "s = Small\nm = Medium\nXL"
    data = {"name": "Size", "code": "size", "kind": "choice", "choice_lines": lines, "position": "0"}
    response = submit(pages, reverse("admin:nexus_catalog_attribute_add"), **data)
    assert response.status_code == 302, errors_of(response)
    size = Attribute.objects.get()
    assert size.choices == [
        {"value": "s", "label": "Small"},
        {"value": "m", "label": "Medium"},
        {"value": "XL", "label": "XL"},
    ]
    response = submit(pages, page(size), choice_lines="s = Tiny", product_types=["nexus_catalog.physical"])
    assert response.status_code == 302, errors_of(response)
    size.refresh_from_db()
    assert size.choices == [{"value": "s", "label": "Tiny"}]
    assert size.product_types == ["nexus_catalog.physical"]
    assert "choice_lines" in errors_of(submit(pages, page(size), choice_lines=""))


def test_renaming_an_option_tells_the_outbox(pages: Client, jacket: Product) -> None:
    variant = add_variant(product=jacket, sku="J", options={"Colr": "Rde"})
    option = jacket.options.get()
    value = option.values.get()
    response = submit(pages, page(option), name="Color", **{"values-0-value": "Red", "values-0-id": value.pk})
    assert response.status_code == 302, errors_of(response)
    value.refresh_from_db()
    assert (value.option.name, value.value) == ("Color", "Red")
    told = OutboxEvent.objects.filter(type="product.changed").order_by("pk")
    assert [event.payload["changed"] for event in told] == [["variants"], ["options"], ["options"]]
    assert Variant.objects.get(pk=variant.pk).option_values.get() == value


def test_an_option_is_renamed_on_the_page_of_its_product(pages: Client, jacket: Product) -> None:
    variant = add_variant(product=jacket, sku="J", options={"Colr": "Red"})
    response = submit(pages, page(jacket), **{"options-0-name": "Color"})
    assert response.status_code == 302, errors_of(response)
    assert variant.option_values.get().option.name == "Color"


def test_a_picture_is_not_given_to_a_variant_of_another_product(pages: Client, jacket: Product) -> None:
    media = Media.objects.create(product=jacket, alt="Front")
    other = add_variant(product=create_product(name="Scarf"), sku="S")
    own = add_variant(product=jacket, sku="J")
    assert "variant" in errors_of(submit(pages, page(media), variant=other.pk))
    assert submit(pages, page(media), variant=own.pk).status_code == 302
    media.refresh_from_db()
    assert media.variant == own
    assert OutboxEvent.objects.filter(type="product.changed", payload__changed=["media"]).count() == 1


def picture(color: str) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (40, 30), color).save(content, "PNG")
    return SimpleUploadedFile(f"{color}.png", content.getvalue(), "image/png")


def test_pictures_are_added_described_and_removed(pages: Client, jacket: Product) -> None:
    row = {"media-TOTAL_FORMS": "1", "media-0-alt": "Front", "media-0-position": "0"}
    response = submit(pages, page(jacket), **row, **{"media-0-file": picture("red")})
    assert response.status_code == 302, errors_of(response)
    media = jacket.media.get()
    assert (media.alt, media.width) == ("Front", 40)
    assert "nexus-preview" in pages.get(page(jacket)).content.decode()
    submit(pages, page(jacket), **{"media-0-alt": "Back", "media-0-id": media.pk, "media-0-product": jacket.pk})
    media.refresh_from_db()
    assert media.alt == "Back"
    no_picture = {"media-1-file": SimpleUploadedFile("a.png", b"no picture"), "media-1-position": "1"}
    assert submit(pages, page(jacket), **{"media-TOTAL_FORMS": "2", **no_picture}).status_code == 200
    submit(pages, page(media), alt="Side")
    media.refresh_from_db()
    assert media.alt == "Side"
    submit(pages, page(jacket), **{"media-0-DELETE": "on"})
    assert not jacket.media.exists()
