"""The words in addresses of products and categories, and the history that redirects old ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_unicode_slug
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from nexus_commerce.catalog.errors import InvalidSlug, SlugTaken
from nexus_commerce.catalog.models import Category, Product, Slug
from nexus_commerce.catalog.signals import slug_changed
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import NotFound

__all__ = ["SlugMatch", "SlugWish", "assign_slugs", "default_language", "find_by_slug", "make_slug", "set_slug"]

MAX_LENGTH: Final = 255
_ATTEMPTS: Final = 5

OwnerT = TypeVar("OwnerT", Product, Category)


@dataclass(frozen=True, slots=True)
class SlugMatch(Generic[OwnerT]):
    """What a slug led to. Where ``is_current`` is false, redirect to ``slug``, the present one."""

    object: OwnerT
    is_current: bool
    slug: str


@dataclass(frozen=True, slots=True)
class SlugWish:
    """A new product or category that needs a slug: the one ``given``, or else one made from ``name``."""

    owner: Product | Category
    language: str
    given: str
    name: str


def default_language() -> str:
    """Return the language of the base columns: the default channel's, or the project's where there is no channel."""
    language = Channel.objects.filter(is_default=True).values_list("default_language", flat=True).first()
    return language or settings.LANGUAGE_CODE


def make_slug(text: str, *, fallback: str = "product") -> str:
    """Return ``text`` as a slug, in its own script; ``fallback`` where nothing of it can stand in an address."""
    return slugify(text, allow_unicode=True)[:MAX_LENGTH].strip("-_") or fallback


def check_slug(slug: str) -> str:
    """Return ``slug`` in lower case. Raises ``InvalidSlug``."""
    try:
        validate_unicode_slug(slug)
    except (ValidationError, TypeError) as exc:
        raise InvalidSlug(field="slug") from exc
    if len(slug) > MAX_LENGTH:
        raise InvalidSlug(field="slug")
    return slug.lower()


def find_by_slug(*, model: type[OwnerT], slug: str, language: str = "") -> SlugMatch[OwnerT]:
    """Find the product or category that a slug belongs, or once belonged, to.

    A slug in ``language`` comes before the same one in another, a present one before one of the history. Raises
    ``NotFound``. Whether a visitor may see the object is the caller's question.
    """
    owner = _owner_field(model)
    rows = Slug.objects.filter(**{f"{owner}__isnull": False}, slug=slug).values_list("language", "is_current", owner)
    ranked = sorted(rows, key=lambda row: (row[0] != language, not row[1], row[0]))
    if not ranked:
        raise NotFound
    found_language, is_current, pk = ranked[0]
    current = slug if is_current else _current_slug(owner, pk, found_language)
    found: Any = model._default_manager.get(pk=pk)
    return SlugMatch(found, is_current, current)


@transaction.atomic
def set_slug(*, owner: Product | Category, slug: str, language: str = "", take_over: bool = False) -> Slug:
    """Give a product or category a new present slug; the old one stays and redirects.

    A slug of its own history becomes present again. One of somebody else's history is taken only with ``take_over``:
    its old address leads here from then on. Raises ``InvalidSlug`` and ``SlugTaken``. Sends ``slug_changed``; the
    product's version is counted by ``update_product``.
    """
    slug, language = check_slug(slug), language or default_language()
    field = _owner_field(type(owner))
    rows = Slug.objects.select_for_update().filter(**{f"{field}__isnull": False}, language=language)
    holder = rows.filter(slug=slug).first()
    if holder is not None and getattr(holder, f"{field}_id") != owner.pk:
        if holder.is_current or not take_over:
            raise SlugTaken(field="slug", slug=slug, is_current=holder.is_current)
        holder.delete()
        holder = None
    rows.filter(**{field: owner.pk}, is_current=True).exclude(slug=slug).update(is_current=False)
    if holder is None:
        holder = _insert(Slug(**{f"{field}_id": owner.pk}, language=language, slug=slug))
    else:
        holder.is_current = True
        holder.save(update_fields=["is_current"])
    slug_changed.send_after_commit(type(owner), owner=owner, slug=holder)
    return holder


def _insert(row: Slug) -> Slug:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as exc:
        raise SlugTaken(field="slug", slug=row.slug, is_current=True) from exc
    return row


def assign_slugs(wishes: Sequence[SlugWish]) -> list[Slug]:
    """Write the first slug of new rows of one model, in bulk.

    A slug made from a name gets a suffix where it is taken; one that was given is used as it is. Raises
    ``InvalidSlug`` and ``SlugTaken``. When another transaction takes a slug in the meantime, it looks again.
    """
    for attempt in range(_ATTEMPTS):
        rows = _choose(wishes)
        try:
            with transaction.atomic():
                return Slug.objects.bulk_create(rows, batch_size=1000)
        except IntegrityError:
            if attempt == _ATTEMPTS - 1:
                raise
    return []


def _choose(wishes: Sequence[SlugWish]) -> list[Slug]:
    rows: list[Slug] = []
    for language in {wish.language for wish in wishes}:
        wanted = [wish for wish in wishes if wish.language == language]
        field = _owner_field(type(wanted[0].owner))
        bases = [check_slug(wish.given) if wish.given else make_slug(wish.name, fallback=field) for wish in wanted]
        free = _FreeSlugs(field, language, bases)
        # Slugs that were asked for go first, so that none made from a name is in their way.
        for wish, base in sorted(zip(wanted, bases, strict=True), key=lambda pair: not pair[0].given):
            slug = free.exact(base) if wish.given else free.near(base)
            rows.append(Slug(**{f"{field}_id": wish.owner.pk}, language=language, slug=slug))
    return rows


class _FreeSlugs:
    """The slugs of one language that are taken, as far as a batch can meet them."""

    def __init__(self, field: str, language: str, bases: Collection[str]) -> None:
        self.rows = Slug.objects.filter(**{f"{field}__isnull": False}, language=language)
        self.taken: set[str] = set()
        unique = sorted(set(bases))
        for start in range(0, len(unique), 500):
            some = self.rows.filter(slug__in=unique[start : start + 500])
            self.taken.update(some.values_list("slug", flat=True))
        self.next: dict[str, int] = {}

    def exact(self, slug: str) -> str:
        if slug in self.taken:
            current = self.rows.filter(slug=slug, is_current=True).exists()
            raise SlugTaken(field="slug", slug=slug, is_current=current)
        self.taken.add(slug)
        return slug

    def near(self, base: str) -> str:
        if base not in self.taken:
            return self.exact(base)
        stem = base[: MAX_LENGTH - 12]
        if stem not in self.next:
            self.taken.update(self.rows.filter(slug__startswith=f"{stem}-").values_list("slug", flat=True))
            self.next[stem] = 2
        while (slug := f"{stem}-{self.next[stem]}") in self.taken:
            self.next[stem] += 1
        return self.exact(slug)


def _owner_field(model: type[Product | Category]) -> str:
    return "category" if issubclass(model, Category) else "product"


def _current_slug(owner: str, pk: int, language: str) -> str:
    rows = Slug.objects.filter(**{owner: pk}, language=language, is_current=True)
    return rows.values_list("slug", flat=True).first() or ""
