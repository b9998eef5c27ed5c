"""Options of a product: what its variants differ in, and the values they take."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.errors import InvalidOptions
from nexus_commerce.catalog.models import Option, OptionValue, Product, Variant
from nexus_commerce.catalog.services.changes import lock_product, record_change
from nexus_commerce.catalog.services.columns import refuse_unstorable
from nexus_commerce.catalog.services.specs import MAX_OPTIONS

__all__ = ["rename_option", "rename_option_value", "set_options"]


@transaction.atomic
def set_options(*, product: Product, options: Mapping[str, Sequence[str]]) -> list[Option]:
    """Give a product these options with these values, in this order.

    Once it has variants, options are neither added nor taken away, and a value that a variant has stays; order and
    further values may change. Locks the product. Raises ``InvalidOptions``. Records ``product.changed``.
    """
    lock_product(product)
    wanted = {name.strip(): list(dict.fromkeys(value.strip() for value in values)) for name, values in options.items()}
    _check_options(product, wanted)
    present = {option.name: option for option in Option.objects.filter(product_id=product.pk)}
    product.options.exclude(name__in=wanted).delete()
    for position, (name, values) in enumerate(wanted.items()):
        option = present.get(name) or Option(product=product, name=name)
        option.position = position
        option.save()
        _set_values(option, values)
    record_change(product, ["options"])
    return list(product.options.order_by("position"))


@transaction.atomic
def rename_option(*, option: Option, name: str) -> Option:
    """Give an option another name; its variants keep their values of it.

    Locks the product. Raises ``InvalidOptions`` for a name that another option of the product has, and for what is not
    a text of 1 to 255 characters. Records ``product.changed`` and sends ``product_changed``, unless nothing changed.
    """
    product = lock_product(option.product)
    name = _clean_name(name, "name")
    if Option.objects.filter(product_id=product.pk, name=name).exclude(pk=option.pk).exists():
        raise InvalidOptions(_("The product has an option '%(name)s' already."), field="name", name=name)
    if Option.objects.filter(pk=option.pk).exclude(name=name).update(name=name):
        record_change(product, ["options"])
    option.name = name
    return option


@transaction.atomic
def rename_option_value(*, option_value: OptionValue, value: str) -> OptionValue:
    """Give a value of an option another text; its variants keep it. Locks, raises and records as ``rename_option``."""
    product = lock_product(option_value.option.product)
    value = _clean_name(value, "value")
    others = OptionValue.objects.filter(option_id=option_value.option_id, value=value).exclude(pk=option_value.pk)
    if others.exists():
        raise InvalidOptions(_("The option has a value '%(value)s' already."), field="value", value=value)
    if OptionValue.objects.filter(pk=option_value.pk).exclude(value=value).update(value=value):
        record_change(product, ["options"])
    option_value.value = value
    return option_value


def _clean_name(text: str, field: str) -> str:
    if not isinstance(text, str) or not 1 <= len(text.strip()) <= 255:
        raise InvalidOptions(_("Option names and values are texts of 1 to 255 characters."), field=field)
    refuse_unstorable(field, text)
    return text.strip()


def _check_options(product: Product, wanted: Mapping[str, Sequence[str]]) -> None:
    texts = [*wanted, *(value for values in wanted.values() for value in values)]
    if len(wanted) > MAX_OPTIONS or not all(1 <= len(text) <= 255 for text in texts) or not all(wanted.values()):
        raise InvalidOptions(
            _("Give at most 10 options, each with values; names and values are texts of 1 to 255 characters."),
            field="options",
        )
    names = set(product.options.values_list("name", flat=True))
    if Variant.objects.filter(product_id=product.pk).exists() and names != set(wanted):
        raise InvalidOptions(
            _("The product has variants, so its options stay: %(expected)s."),
            field="options",
            expected=", ".join(sorted(names)) or "-",
        )


def _set_values(option: Option, values: Sequence[str]) -> None:
    kept = option.values.filter(variants__isnull=False).exclude(value__in=values)
    if used := kept.values_list("value", flat=True).first():
        raise InvalidOptions(_("A variant has the value '%(value)s', so it stays."), field="options", value=used)
    option.values.exclude(value__in=values).delete()
    for position, value in enumerate(values):
        OptionValue.objects.update_or_create(option=option, value=value, defaults={"position": position})
