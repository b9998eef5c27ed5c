"""System check W208: polymorphic rows that no list shows any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections, models, router
from polymorphic.models import PolymorphicModel

if TYPE_CHECKING:
    from django.contrib.contenttypes.models import ContentType

__all__ = ["check_product_types"]


def check_product_types(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report polymorphic rows whose content type has no model any more: lists leave them out without a word.

    A warning, not an error: ``migrate`` runs it, and a migration may be the cure.
    """
    found: list[CheckMessage] = []
    for model in apps.get_models() if databases else ():
        if issubclass(model, PolymorphicModel) and _holds_type(model):
            for alias in databases or ():
                if router.allow_migrate_model(alias, model):
                    found += _rows_without_type(model, alias)
    return found


def _holds_type(model: type[models.Model]) -> bool:
    """Return whether the type column is in the model's own table, not in a parent's."""
    return not model._meta.proxy and any(f.name == "polymorphic_ctype" for f in model._meta.local_fields)


def _rows_without_type(model: type[PolymorphicModel], alias: str) -> Iterator[CheckMessage]:
    connection = connections[alias]
    if model._meta.db_table not in connection.introspection.table_names():
        return
    content_types: type[ContentType] = model._meta.get_field("polymorphic_ctype").related_model  # type: ignore[assignment]
    types = content_types.objects.using(alias).in_bulk()
    rows: models.QuerySet[Any] = models.QuerySet(model, using=alias)
    counts = rows.order_by().values_list("polymorphic_ctype_id").annotate(rows=models.Count("pk"))
    for type_id, number in counts:
        row = types.get(type_id)
        if row is None or row.model_class() is None:
            name = f"{row.app_label}.{row.model}" if row else "none"
            yield checks.Warning(
                f"{number} rows of {model._meta.label} in {alias!r} have the type {name!r}, which has no model: "
                "they are missing from every list.",
                "Install the app of the type again, or give the rows another type through "
                f"{model.__name__}.objects.non_polymorphic().",
                obj=model,
                id="nexus_commerce.W208",
            )
