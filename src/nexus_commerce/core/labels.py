"""Texts of rows that belong to other rows, at no cost."""

from django.db.models import ForeignKey, Model

__all__ = ["label_of"]


def label_of(row: Model, name: str) -> str:
    """Return what the related row under ``name`` is called where it is loaded, else its key: ``"#12"``.

    Without a related row it is ``"-"``. It never asks the database, so that lists of many rows stay cheap;
    ``select_related`` makes them readable.
    """
    field = row._meta.get_field(name)
    if isinstance(field, ForeignKey) and not field.is_cached(row):
        key = getattr(row, field.attname)
        return "-" if key is None else f"#{key}"
    related = getattr(row, name)
    return "-" if related is None else str(related)
