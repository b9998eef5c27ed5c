"""Slugs are unique in a language, in any script; an old one leads to the present one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexus_commerce.catalog.errors import InvalidSlug, SlugTaken
from nexus_commerce.catalog.models import Category, Product, Slug
from nexus_commerce.catalog.services import (
    create_category,
    create_product,
    find_by_slug,
    make_slug,
    rename_category,
    set_slug,
    update_product,
)
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

WORDS = [
    ("Blue Mug", "blue-mug"),
    ("  Tasse — weiß! ", "tasse-weiß"),
    ("Кружка 200 мл", "кружка-200-мл"),
    ("茶杯", "茶杯"),
    ("ＦＵＬＬ Width", "full-width"),
    ("!!!", "product"),
    ("---", "product"),
    ("a" * 300, "a" * 255),
]


@pytest.mark.parametrize(("name", "slug"), WORDS, ids=[word[1][:12] for word in WORDS])
def test_a_name_becomes_a_slug_in_its_own_script(name: str, slug: str) -> None:
    assert make_slug(name) == slug
    assert create_product(name=name[:255]).slugs.get().slug == slug[:255]


def test_equal_names_get_numbers() -> None:
    made = [create_product(name="Mug").slugs.get().slug for _ in range(3)]
    assert made == ["mug", "mug-2", "mug-3"]
    assert create_product(name="Mug 2").slugs.get().slug == "mug-2-2"
    assert create_category(name="Mug").slugs.get().slug == "mug"
    assert [create_product(name="a" * 255).slugs.get().slug[-3:] for _ in range(2)] == ["aaa", "a-2"]


def test_an_old_slug_leads_to_the_present_one() -> None:
    mug = create_product(name="Mug")
    for slug in ("cup", "beaker"):
        update_product(product=mug, slug=slug)

    for slug in ("mug", "cup"):
        match = find_by_slug(model=Product, slug=slug)
        assert (match.object, match.is_current, match.slug) == (mug, False, "beaker")
    assert find_by_slug(model=Product, slug="beaker").is_current
    update_product(product=mug, slug="mug")
    assert find_by_slug(model=Product, slug="mug").is_current
    assert mug.slugs.filter(is_current=True).count() == 1
    with pytest.raises(NotFound):
        find_by_slug(model=Category, slug="mug")


def test_a_slug_of_somebody_elses_history_is_taken_only_deliberately() -> None:
    old, new = create_product(name="Mug"), create_product(name="New mug")
    update_product(product=old, slug="old-mug")

    with pytest.raises(SlugTaken) as refused:
        set_slug(owner=new, slug="mug")
    assert refused.value.params == {"slug": "mug", "is_current": False}
    set_slug(owner=new, slug="mug", take_over=True)
    match = find_by_slug(model=Product, slug="mug")
    assert (match.object, match.is_current) == (new, True)
    with pytest.raises(SlugTaken):
        set_slug(owner=new, slug="old-mug", take_over=True)


def test_a_refused_slug_leaves_the_old_one(product: Product) -> None:
    create_product(name="Mug")
    before = list(product.slugs.values_list("slug", "is_current"))
    for slug in ("mug", "no spaces", "", "a/b", "x" * 256, "nul\x00", "half\ud83d"):
        with pytest.raises((SlugTaken, InvalidSlug)):
            update_product(product=product, slug=slug)
    assert list(product.slugs.values_list("slug", "is_current")) == before


def test_languages_have_their_own_slugs(channel: Channel) -> None:
    channel.default_language = "de"
    channel.save()
    cup = create_product(name="Tasse")
    set_slug(owner=cup, slug="cup", language="en")
    other = create_product(name="Cup", slug="cup")

    assert set(Slug.objects.values_list("language", "slug")) == {("de", "tasse"), ("en", "cup"), ("de", "cup")}
    assert find_by_slug(model=Product, slug="cup", language="en").object == cup
    assert find_by_slug(model=Product, slug="cup", language="de").object == other
    assert find_by_slug(model=Product, slug="tasse", language="fr").object == cup


def test_a_renamed_category_keeps_its_address_unless_it_is_told_another() -> None:
    shirts = create_category(name="Shirts")
    rename_category(category=shirts, name="Tops")
    assert find_by_slug(model=Category, slug="shirts").is_current
    rename_category(category=shirts, name="Tops", slug="tops")
    match = find_by_slug(model=Category, slug="shirts")
    assert (match.object.name, match.slug, match.is_current) == ("Tops", "tops", False)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=300))
def test_any_name_makes_a_slug_that_is_found_again(name: str) -> None:
    slug = make_slug(name)
    assert 1 <= len(slug) <= 255
    assert make_slug(slug) == slug
    owner = create_product(name="x")
    set_slug(owner=owner, slug=slug)
    assert find_by_slug(model=Product, slug=slug).object == owner
    Slug.objects.all().delete()
