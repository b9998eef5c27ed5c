"""Turning Django's validation of a row into one error of the library."""

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db.models import Model

from nexus_commerce.core.errors import InvalidInput

__all__ = ["clean_model"]


def clean_model(row: Model, fields: Iterable[str]) -> None:
    """Check the named columns of ``row`` with their validators; unnamed ones are trusted.

    Asks the database nothing: unique constraints speak for themselves. Raises ``InvalidInput`` naming the first field
    that is not valid, with all of them in ``params["errors"]``.
    """
    named: Collection[str] = set(fields)
    others = [field.name for field in row._meta.get_fields() if field.name not in named]
    try:
        row.clean_fields(exclude=others)
    except ValidationError as exc:
        errors = exc.message_dict
        name = next(iter(errors))
        raise InvalidInput(errors[name][0], field=name, errors=errors) from exc
