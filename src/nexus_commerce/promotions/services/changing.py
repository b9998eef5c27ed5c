"""Making, changing and archiving promotions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nexus_commerce.catalog.services.columns import refuse_unstorable
from nexus_commerce.channels.models import Channel
from nexus_commerce.core.errors import InvalidInput
from nexus_commerce.core.money import MAX_MINOR
from nexus_commerce.core.validation import clean_model
from nexus_commerce.events.services import record_event
from nexus_commerce.promotions.models import Promotion, Redemption
from nexus_commerce.promotions.registry import build_rules, condition_classes, effect_classes, rule_json
from nexus_commerce.promotions.rules import Argument, Rule, arguments_of
from nexus_commerce.promotions.signals import promotions_changed

__all__ = ["archive_promotion", "change_promotion", "clean_promotion", "count_version", "create_promotion"]

KEPT: Final = frozenset({"id", "public_id", "version", "uses", "spent", "archived_at", "created_at", "updated_at"})
"""What only the services themselves write."""


@transaction.atomic
def create_promotion(*, fields: Mapping[str, Any], channels: Iterable[Channel] = ()) -> Promotion:
    """Make a promotion of its columns, a host's own among them; ``channels`` are those it is for, none for all.

    ``conditions`` and ``effects`` are lists of ``{"code", "args"}``. Raises ``InvalidInput`` naming the field, down to
    the argument (``effects.0.args.percent``). Writes ``promotion.created``; sends ``promotions_changed``.
    """
    promotion = Promotion()
    assign(promotion, fields)
    clean_promotion(promotion, ["name", *fields])
    promotion.save(force_insert=True)
    promotion.channels.set(channels)
    tell(promotion, "created")
    return promotion


@transaction.atomic
def change_promotion(
    *, promotion: Promotion, fields: Mapping[str, Any], channels: Iterable[Channel] | None = None
) -> Promotion:
    """Set columns of a promotion, and the channels it is for where they are given; otherwise as ``create_promotion``.

    The row is locked and its version counted. A limit or budget that was not there before starts with what orders
    have used until now; one below that is refused. A limit for each customer counts from when it is set. Raises
    ``InvalidInput``. Writes ``promotion.changed``; sends ``promotions_changed``.
    """
    count_version(promotion)
    before = promotion.usage_limit, promotion.budget
    assign(promotion, fields)
    count_uses(promotion, *before)
    clean_promotion(promotion, fields)
    promotion.save(update_fields=[*fields, "uses", "spent", "updated_at"])
    if channels is not None:
        promotion.channels.set(channels)
    tell(promotion, "changed")
    return promotion


@transaction.atomic
def archive_promotion(*, promotion: Promotion) -> Promotion:
    """Take a promotion out of use for good; orders keep what it took off. Once: a second call changes nothing.

    Writes ``promotion.archived``; sends ``promotions_changed``.
    """
    now = timezone.now()
    mine = Promotion.objects.filter(pk=promotion.pk, archived_at__isnull=True)
    archived = mine.update(archived_at=now, version=F("version") + 1, updated_at=now)
    promotion.refresh_from_db()
    if archived:
        tell(promotion, "archived")
    return promotion


def assign(promotion: Promotion, fields: Mapping[str, Any]) -> None:
    """Set the columns, or raise ``InvalidInput`` for one that is not a merchant's to write."""
    known = {field.name for field in Promotion._meta.concrete_fields} - KEPT
    for name, value in fields.items():
        if name not in known:
            raise InvalidInput(_("There is no such field."), field=name)
        refuse_unstorable(name, value)
        setattr(promotion, name, value)


def count_version(promotion: Promotion) -> None:
    """Lock a promotion until the transaction ends, by the UPDATE that counts its version, and bring it up to date.

    Not by SELECT FOR UPDATE: that would make orders wait that use the promotion without counting.
    """
    Promotion.objects.filter(pk=promotion.pk).update(version=F("version") + 1)
    promotion.refresh_from_db()


def count_uses(promotion: Promotion, limit: int | None, budget: int | None) -> None:
    """Start a new limit, or a new budget, with what orders have used; those that are released do not count."""
    used = Redemption.objects.filter(promotion=promotion).exclude(state="released")
    if limit is None and promotion.usage_limit is not None:
        promotion.uses = used.count()
    if budget is None and promotion.budget is not None:
        promotion.spent = used.aggregate(spent=Sum("amount"))["spent"] or 0


def clean_promotion(promotion: Promotion, fields: Iterable[str]) -> None:
    """Check the named columns of a promotion and what they must be together, and put its rules into canonical form.

    For forms as well: asks the database nothing. Raises ``InvalidInput`` naming the field.
    """
    conditions = build_rules(condition_classes(), promotion.conditions, where="conditions")
    effects = build_rules(effect_classes(), promotion.effects, where="effects")
    promotion.conditions = [rule_json(rule) for rule in conditions]
    promotion.effects = [rule_json(rule) for rule in effects]
    clean_model(promotion, fields)
    check_terms(promotion)
    if not promotion.currency and (promotion.budget is not None or any(map(has_amount, (*conditions, *effects)))):
        raise InvalidInput(_("Give the currency of the amounts."), field="currency")


def check_terms(promotion: Promotion) -> None:
    """Raise unless limits, window and basis are what the constraints of the table hold."""
    if promotion.basis not in ("", "net", "gross"):
        raise InvalidInput(_("Give net, gross, or nothing."), field="basis")
    if promotion.valid_from and promotion.valid_until and promotion.valid_from >= promotion.valid_until:
        raise InvalidInput(_("The end must be later than the start."), field="valid_until")
    if promotion.usage_limit is not None and promotion.usage_limit < promotion.uses:
        raise InvalidInput(_("It was used %(uses)s times already."), field="usage_limit", uses=promotion.uses)
    if promotion.budget is not None and not promotion.spent <= promotion.budget <= MAX_MINOR:
        message = _("Give an amount from what is spent, %(spent)s minor units, to 10^15.")
        raise InvalidInput(message, field="budget", spent=promotion.spent)


def has_amount(rule: Rule) -> bool:
    """Tell whether an argument of a rule is an amount of money."""
    return any(says_amount(argument, getattr(rule, name)) for name, argument in arguments_of(rule).items())


def says_amount(argument: Argument, value: Any) -> bool:
    if argument.kind == "table":
        columns = [place for place, column in enumerate(argument.columns.values()) if column.kind == "amount"]
        return any(row[place] for row in value for place in columns)
    return argument.kind == "amount" and bool(value)


def tell(promotion: Promotion, change: str) -> None:
    """Write the outbox row of a change and send the signal."""
    record_event(
        type=f"promotion.{change}",
        aggregate="promotion",
        aggregate_id=promotion.public_id,
        version=promotion.version,
        payload={"name": promotion.name, "is_active": promotion.is_active},
    )
    promotions_changed.send_after_commit(Promotion, promotion=promotion, change=change)
