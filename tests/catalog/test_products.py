"""Products are created, changed and archived; each change is counted, told to the outbox and signaled once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from nexus_commerce.catalog import signals
from nexus_commerce.catalog.errors import DuplicateVariant, InvalidOptions, ProductChanged, SkuTaken, SlugTaken
from nexus_commerce.catalog.models import Bundle, Digital, Physical, Product, ProductAncestor, Tag, Variant
from nexus_commerce.catalog.services import (
    Listing,
    ProductRow,
    VariantRow,
    archive_product,
    create_category,
    create_product,
    create_products,
    relate_products,
    remove_listing,
    restore_product,
    set_categories,
    set_listing,
    set_tags,
    update_product,
    verify_tree,
)
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import CommerceError, InvalidInput
from nexus_commerce.core.signals import CommerceSignal
from nexus_commerce.events.models import OutboxEvent
from nexus_commerce.testing.factories import make_product

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def heard(django_capture_on_commit_callbacks: Any) -> Callable[[CommerceSignal, Callable[[], Any]], list[Any]]:
    """Return a function that calls another and gives the payloads that a signal then had."""

    def listen(signal: CommerceSignal, call: Callable[[], Any]) -> list[Any]:
        payloads: list[Any] = []

        def receive(sender: Any, signal: Any, **payload: Any) -> None:
            payloads.append(payload)

        signal.connect(receive)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                call()
        finally:
            signal.disconnect(receive)
        return payloads

    return listen


def events(product: Product) -> list[tuple[str, int]]:
    rows = OutboxEvent.objects.filter(aggregate="product", aggregate_id=product.public_id)
    return list(rows.order_by("id").values_list("type", "version"))


def test_a_product_is_created_with_all_that_belongs_to_it(channel: Channel) -> None:
    root = create_category(name="Books")
    leaf = create_category(name="Novels", parent=root)

    product = create_product(
        name="Moby-Dick",
        product_type=Digital,
        description='<p onclick="x()">A <b>whale</b><script>x()</script></p>',
        categories=[leaf],
        tags=["classic", " classic ", "sea"],
        listings=[Listing(channel, visible_from=NOON)],
        download_limit=3,
        tax_class="reduced",
    )

    read = Product.objects.get(pk=product.pk)
    assert type(read) is Digital
    assert (read.download_limit, read.tax_class, read.version) == (3, "reduced", 1)
    assert read.description == "<p>A <b>whale</b></p>"
    assert read.slugs.get().slug == "moby-dick"
    assert sorted(read.tags.values_list("name", flat=True)) == ["classic", "sea"]
    assert read.placements.get().is_primary
    assert set(read.ancestors.values_list("category", flat=True)) == {root.pk, leaf.pk}
    assert read.listings.get().visible_from == NOON
    assert events(product) == [("product.created", 1)]


REFUSED_COLUMNS = [
    ({"name": ""}, "name"),
    ({"name": "x" * 256}, "name"),
    ({"name": "nul\x00"}, "name"),
    ({"name": "half \ud83d"}, "name"),
    ({"description": "\x00"}, "description"),
    ({"description": 5}, "description"),
    ({"metadata": {"deep": ["\x00"]}}, "metadata"),
    ({"nmae": "Mug"}, "nmae"),
    ({"version": 7}, "version"),
    ({"archived_at": NOON}, "archived_at"),
    ({"download_limit": -1}, "download_limit"),
    ({"download_limit": 10**30}, "download_limit"),
    ({"download_limit": "many"}, "download_limit"),
    ({"tags": "word"}, "tags"),
    ({"tags": ["x" * 256]}, "tags"),
    ({"slug": "no spaces"}, "slug"),
    ({"product_type": Variant}, "product_type"),
]


@pytest.mark.parametrize(("given", "field"), REFUSED_COLUMNS, ids=lambda value: value if isinstance(value, str) else "")
def test_bad_input_names_the_field_and_leaves_nothing(given: dict[str, Any], field: str) -> None:
    fitting: dict[str, Any] = {"name": "Mug", "product_type": Digital}
    with pytest.raises(CommerceError) as refused:
        create_product(**fitting | given)
    assert refused.value.field == field
    assert str(refused.value)
    assert (Product.objects.count(), Tag.objects.count(), OutboxEvent.objects.count()) == (0, 0, 0)


def test_a_misspelt_field_is_told_the_nearest_name() -> None:
    with pytest.raises(InvalidInput, match="Did you mean 'subtitle'"):
        create_product(name="Mug", subtitel="blue")


def test_a_change_is_counted_told_and_sent_once(product: Product, heard: Any) -> None:
    payloads = heard(
        signals.product_changed, lambda: update_product(product=product, name="Cup", slug="cup", expected_version=1)
    )

    assert [(p["product"], p["changed"]) for p in payloads] == [(product, frozenset({"name", "slug"}))]
    assert Product.objects.get(pk=product.pk).version == product.version == 2
    assert events(product) == [("product.changed", 2)]


def test_an_update_that_changes_nothing_is_silent(product: Product, heard: Any) -> None:
    assert heard(signals.product_changed, lambda: update_product(product=product, name=product.name)) == []
    assert events(product) == []


def test_a_lost_update_is_refused(product: Product) -> None:
    mine, theirs = Product.objects.get(pk=product.pk), Product.objects.get(pk=product.pk)
    update_product(product=theirs, name="theirs", expected_version=1)
    with pytest.raises(ProductChanged) as refused:
        update_product(product=mine, name="mine", expected_version=1)
    assert refused.value.params == {"version": 2}
    assert Product.objects.get(pk=product.pk).name == "theirs"


def test_a_stale_copy_writes_only_what_it_changes(product: Product) -> None:
    stale = Product.objects.get(pk=product.pk)
    update_product(product=product, subtitle="new")
    update_product(product=stale, name="Cup")
    read = Product.objects.get(pk=product.pk)
    assert (read.subtitle, read.name, read.version) == ("new", "Cup", 3)


def test_a_failed_transaction_sends_nothing(product: Product, heard: Any) -> None:
    @transaction.atomic
    def change_and_fail() -> None:
        update_product(product=product, name="Cup")
        raise RuntimeError

    def fail() -> None:
        with pytest.raises(RuntimeError):
            change_and_fail()

    assert heard(signals.product_changed, fail) == []
    assert events(product) == []


def test_archiving_and_restoring_happen_once(product: Product, heard: Any) -> None:
    assert len(heard(signals.product_archived, lambda: archive_product(product=product, now=NOON))) == 1
    assert heard(signals.product_archived, lambda: archive_product(product=product)) == []
    assert Product.objects.get(pk=product.pk).archived_at == NOON
    assert len(heard(signals.product_restored, lambda: restore_product(product=product))) == 1
    assert heard(signals.product_restored, lambda: restore_product(product=product)) == []
    assert events(product) == [("product.archived", 2), ("product.restored", 3)]


def test_categories_are_replaced_and_one_is_primary(product: Product) -> None:
    one, two, three = (create_category(name=name) for name in "123")
    set_categories(product=product, categories=[one, two])
    set_categories(product=product, categories=[one, two, three], primary=three)
    assert dict(product.placements.values_list("category__name", "is_primary")) == {"1": False, "2": False, "3": True}
    set_categories(product=product, categories=[two])
    assert dict(product.placements.values_list("category__name", "is_primary")) == {"2": True}
    version = product.version
    set_categories(product=product, categories=[two])
    assert product.version == version
    with pytest.raises(InvalidInput) as refused:
        set_categories(product=product, categories=[one], primary=two)
    assert refused.value.field == "primary_category"
    set_categories(product=product, categories=[])
    assert not ProductAncestor.objects.filter(product=product.pk).exists()


def test_tags_and_relations_are_replaced(product: Product) -> None:
    set_tags(product=product, tags=["a", "b"])
    set_tags(product=product, tags=["b", "c"])
    assert sorted(product.tags.values_list("name", flat=True)) == ["b", "c"]
    one, two = make_product(), make_product()
    relate_products(product=product, related=[two, one, two])
    assert list(product.relations.values_list("related", flat=True)) == [two.pk, one.pk]
    version = product.version
    relate_products(product=product, related=[two, one])
    set_tags(product=product, tags=["c", "b"])
    assert product.version == version
    with pytest.raises(InvalidInput):
        relate_products(product=product, related=[product])


def test_a_listing_is_made_changed_and_removed(product: Product, channel: Channel) -> None:
    set_listing(product=product, channel=channel, visible_until=NOON)
    assert product.version == 2
    set_listing(product=product, channel=channel, visible_until=NOON)
    assert product.version == 2
    for window in ((NOON, NOON), (NOON, NOON - timedelta(1)), (NOON.replace(tzinfo=None), None)):
        with pytest.raises(InvalidInput):
            set_listing(product=product, channel=channel, visible_from=window[0], visible_until=window[1])
    remove_listing(product=product, channel=channel)
    remove_listing(product=product, channel=channel)
    assert (product.version, product.listings.count()) == (3, 0)


def rows(count: int, category: Any, channel: Channel) -> list[ProductRow]:
    return [
        ProductRow(
            name=f"Shirt {number % 3}",
            product_type=[Physical, Digital, Bundle][number % 3],
            categories=[category],
            tags=["new"],
            listings=[channel],
            variants=[VariantRow(sku=f"{number}-{size}", options={"Size": size}) for size in "SML"],
        )
        for number in range(count)
    ]


def test_many_products_are_made_as_one_would_be(channel: Channel, heard: Any) -> None:
    leaf = create_category(name="Shirts", parent=create_category(name="Clothes"))
    made: list[Product] = []

    payloads = heard(signals.product_created, lambda: made.extend(create_products(rows=rows(30, leaf, channel))))

    assert [payload["product"] for payload in payloads] == made
    assert [type(product) for product in Product.objects.order_by("pk")[:3]] == [Physical, Digital, Bundle]
    slugs = set(Product.objects.values_list("slugs__slug", flat=True))
    assert slugs == {f"shirt-{n}" for n in range(3)} | {f"shirt-{n}-{m}" for n in range(3) for m in range(2, 11)}
    first = made[0]
    assert [variant.sku for variant in first.variants.all()] == ["0-S", "0-M", "0-L"]
    assert [value.value for value in first.variants.all()[1].option_values.all()] == ["M"]
    assert list(first.options.get().values.values_list("value", "position")) == [("S", 0), ("M", 1), ("L", 2)]
    assert OutboxEvent.objects.filter(type="product.created").count() == 30
    assert verify_tree() == []


def test_the_statements_do_not_grow_with_the_rows(channel: Channel, django_assert_max_num_queries: Any) -> None:
    leaf = create_category(name="Shirts")
    with django_assert_max_num_queries(60) as few:
        create_products(rows=rows(3, leaf, channel))
    Product.objects.all().delete()
    with django_assert_max_num_queries(len(few) + 12):
        create_products(rows=rows(60, leaf, channel))


BAD_ROWS = [
    (VariantRow(sku="0-S", options={"Size": "M"}), SkuTaken, "sku"),
    (VariantRow(sku="taken", options={"Size": "M"}), SkuTaken, "sku"),
    (VariantRow(sku=" ", options={"Size": "M"}), InvalidInput, "sku"),
    (VariantRow(sku="new", options={"Size": "S"}), DuplicateVariant, "options"),
    (VariantRow(sku="new", options={"Color": "red"}), InvalidOptions, "options"),
    (VariantRow(sku="new", options={}), InvalidOptions, "options"),
]


@pytest.mark.parametrize(("variant", "error", "field"), BAD_ROWS)
def test_one_bad_row_means_no_rows(variant: VariantRow, error: type[CommerceError], field: str) -> None:
    make_product(sku="taken")
    good = ProductRow(name="good", variants=[VariantRow(sku="0-S")])
    bad = ProductRow(name="bad", variants=[VariantRow(sku="1-S", options={"Size": "S"}), variant])
    with pytest.raises(error) as refused:
        create_products(rows=[good, bad])
    assert refused.value.field == field
    assert Product.objects.count() == 1


def test_a_slug_that_was_asked_for_is_not_changed_for_another() -> None:
    given, made = create_products(rows=[ProductRow(name="Mug"), ProductRow(name="Cup", slug="mug")])
    assert (given.slugs.get().slug, made.slugs.get().slug) == ("mug-2", "mug")
    with pytest.raises(SlugTaken):
        create_product(name="Mug", slug="mug")
