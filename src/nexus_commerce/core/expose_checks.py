"""System check E206: what the models say about the doors in ``nexus_api``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import models

from nexus_commerce.conf.kinds import did_you_mean
from nexus_commerce.core.expose import Expose
from nexus_commerce.core.extensions import dotted, find_problems, installed_keys, model_for

__all__ = ["check_exposures"]

CHECKOUT_MODELS = ("cart.Cart", "orders.Order")


def check_exposures(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report declarations of ``nexus_api`` that name no field or cannot be used."""
    found: list[CheckMessage] = []
    seen: set[type[Any]] = set()
    for model in apps.get_models() if not find_problems() else ():
        for cls in model.__mro__:
            if "nexus_api" in vars(cls) and cls not in seen:
                seen.add(cls)
                found += _exposure_problems(cls, vars(cls)["nexus_api"], model)
    return found


def _exposure_problems(cls: type[Any], written: Any, model: type[models.Model]) -> Iterator[CheckMessage]:
    if not isinstance(written, dict):
        yield Error(
            f"{dotted(cls)}.nexus_api must be a dict.",
            "Write {field: Expose(...)}.",
            id="nexus_commerce.E206",
        )
        return
    names = {field.name for field in model._meta.get_fields()}
    takes_checkout = model._meta.label in {
        model_for(key)._meta.label for key in CHECKOUT_MODELS if key in installed_keys()
    }
    for name, expose in written.items():
        if name not in names:
            problem = f"names the field {name!r}, which {model._meta.label} does not have."
            yield Error(f"{dotted(cls)}.nexus_api {problem}", did_you_mean(str(name), names), id="nexus_commerce.E206")
        elif expose is not None and not isinstance(expose, Expose):
            yield Error(
                f"{dotted(cls)}.nexus_api[{name!r}] must be an Expose(...), not {expose!r}.",
                "Import it from nexus_commerce.core.expose; None hides a field that a plugin exposed.",
                id="nexus_commerce.E206",
            )
        elif expose is not None and expose.checkout and not takes_checkout:
            yield Error(
                f"{dotted(cls)}.nexus_api[{name!r}] has checkout=True, but the checkout does not fill "
                f"{model._meta.label}.",
                f"Only {' and '.join(CHECKOUT_MODELS)} are filled at checkout.",
                id="nexus_commerce.E206",
            )
