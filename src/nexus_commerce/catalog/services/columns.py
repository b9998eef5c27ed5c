"""Setting columns of a row from outside: known names only, storable values only."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

import nh3
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.validation import clean_model

__all__ = ["clean_html", "refuse_unstorable", "set_columns"]

_KEPT_BY_SERVICES: Final = {
    "id", "public_id", "version", "created_at", "updated_at", "archived_at", "polymorphic_ctype", "attributes",
    "signature", "product", "parent", "lft", "rght", "tree_id", "level",
}  # fmt: skip


def clean_html(text: str) -> str:
    """Return ``text`` without scripts, styles, handlers and addresses that a shop's page must not have."""
    if not isinstance(text, str):
        raise InvalidInput(_("Give the description as text."), field="description")
    refuse_unstorable("description", text)
    return nh3.clean(text, url_schemes={"http", "https", "mailto", "tel"})


def set_columns(row: Model, values: Mapping[str, Any]) -> frozenset[str]:
    """Set the named columns and check them; return the names of those that changed.

    Raises ``InvalidInput`` naming the field for a name that the model does not have or that has a service of its own,
    for text that no database stores, and for what the column's validators refuse.
    """
    names = {field.name for field in row._meta.concrete_fields} - _KEPT_BY_SERVICES
    changed = set()
    for name, value in values.items():
        if name not in names or name == row._meta.pk.name:
            raise _unknown(row, name, names)
        refuse_unstorable(name, value)
        if row._state.adding or getattr(row, name) != value:
            setattr(row, name, value)
            changed.add(name)
    clean_model(row, changed)
    return frozenset(changed)


def _unknown(row: Model, name: str, names: Iterable[str]) -> InvalidInput:
    near = get_close_matches(name, sorted(names), n=1)
    message = _("%(model)s has no field '%(name)s' to write.") if not near else _(
        "%(model)s has no field '%(name)s' to write. Did you mean '%(near)s'?"
    )  # fmt: skip
    return InvalidInput(message, field=name, model=row._meta.label, name=name, near="".join(near))


def refuse_unstorable(name: str, value: Any) -> None:
    """Refuse text with the NUL character or half a surrogate pair, at any depth: PostgreSQL stores neither."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise InvalidInput(_("Text must have neither NUL nor lone surrogates; remove them."), field=name)
    elif isinstance(value, Mapping):
        for part in (*value.keys(), *value.values()):
            refuse_unstorable(name, part)
    elif isinstance(value, list | tuple):
        for part in value:
            refuse_unstorable(name, part)
