"""The conditions and effects on the form of a promotion: a small form for each, made from the class that it names."""

import dataclasses
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import formset_factory
from django.utils.translation import gettext as _

from nexus_commerce.admin.promotions.argument_fields import make_field, shown_value, translated
from nexus_commerce.core.errors import CommerceError, InvalidInput
from nexus_commerce.promotions.arguments import write_argument
from nexus_commerce.promotions.registry import build_rule, condition_classes, effect_classes
from nexus_commerce.promotions.rules import Argument, Rule, arguments_of

__all__ = ["KINDS", "MAX_RULES", "RuleForm", "RuleFormSet", "blank_row", "rule_formset"]

if TYPE_CHECKING:
    BaseRuleFormSet = forms.BaseFormSet["RuleForm"]
else:
    BaseRuleFormSet = forms.BaseFormSet

KINDS: dict[str, Any] = {"conditions": condition_classes, "effects": effect_classes}
"""The two lists of rules, each with what tells its classes by code."""

MAX_RULES = 100


class RuleForm(forms.Form):
    """The arguments of one condition or effect, whose class is named by the hidden ``code``.

    ``is_draft`` shows what was typed without a word about what is wrong, while rows are still being added.
    """

    code = forms.CharField(max_length=255, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        classes: Mapping[str, type[Rule]],
        currency: str,
        is_draft: bool = False,
        fresh: Sequence[int] = (),
        number: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted = False
        self.is_draft = is_draft
        asked = self.data.get(self.add_prefix("code")) if self.is_bound else self.initial.get("code")
        self.rule_class = classes.get(str(asked or ""))
        self.asked_code = str(asked or "")
        if number in fresh:
            # Just added: nothing was typed into it yet.
            self.is_bound = False
            self.initial = {"code": self.asked_code}
        self.add_arguments(currency)

    def add_arguments(self, currency: str) -> None:
        """Add a field for each argument, and what it shows at first."""
        stored = self.initial.get("args", {})
        for name, argument in self.arguments().items():
            self.fields[field_name(name)] = make_field(argument, currency)
            # What a stored rule leaves out has its default.
            value = stored[name] if name in stored else default_of(self.rule_class, name)
            self.initial[field_name(name)] = shown_value(argument, value)

    def arguments(self) -> dict[str, Argument]:
        """Return the arguments in the order in which they are asked for: those that every effect has come last."""
        if self.rule_class is None:
            return {}
        last = {found.name for found in dataclasses.fields(self.rule_class) if found.kw_only}
        asked = arguments_of(self.rule_class)
        return {name: asked[name] for name in sorted(asked, key=lambda name: name in last)}

    @property
    def label(self) -> str:
        """What the rule is called; its code where no class is registered for it any more."""
        return translated(self.rule_class.label) if self.rule_class else self.asked_code

    @property
    def description(self) -> str:
        """What the rule does."""
        return described(self.rule_class) if self.rule_class else ""

    def full_clean(self) -> None:
        if not self.is_draft:
            super().full_clean()
            return
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        if self.rule_class is None:
            message = _("%(code)s is not registered any more. Remove it, or register its class again.")
            raise ValidationError(message % {"code": self.asked_code or "?"}, code="unknown")
        if not self.errors:
            try:
                build_rule({self.asked_code: self.rule_class}, self.as_json())
            except InvalidInput as refusal:
                self.add_refusal(refusal, (refusal.field or "").split("."))
        return cleaned

    def as_json(self) -> dict[str, Any]:
        """Return the rule as it is stored."""
        given = {name: self.cleaned_data.get(field_name(name)) for name in self.arguments()}
        empty: tuple[Any, ...] = (None, "", [])
        return {"code": self.asked_code, "args": {name: value for name, value in given.items() if value not in empty}}

    def add_refusal(self, refusal: CommerceError, steps: Sequence[str]) -> None:
        """Show what a service refused at the field it speaks of, named by ``args`` and the argument; else on top."""
        name = field_name(steps[1]) if len(steps) > 1 else ""
        self.add_error(name if name in self.fields else None, str(refusal))


class RuleFormSet(BaseRuleFormSet):
    """All conditions, or all effects, of a promotion."""

    kind = ""
    is_draft = False

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "number": -1 if index is None else index}

    def full_clean(self) -> None:
        if not self.is_draft:
            super().full_clean()
            return
        self._errors: list[Any] = []
        self._non_form_errors = self.error_class()

    def as_json(self) -> list[dict[str, Any]]:
        """Return the rules as they are stored."""
        return [form.as_json() for form in self.forms]

    def add_refusal(self, refusal: CommerceError, steps: Sequence[str]) -> None:
        """Show what a service refused at the row that it names by its place; else on top of all rows."""
        if steps and steps[0].isdecimal() and int(steps[0]) < len(self.forms):
            self.forms[int(steps[0])].add_refusal(refusal, steps[1:])
        else:
            self.non_form_errors().append(str(refusal))

    @property
    def groups(self) -> dict[str, list[tuple[str, str]]]:
        """What can be added, grouped by what it is about, as codes and labels."""
        found: dict[str, list[tuple[str, str]]] = {}
        for code, cls in self.form_kwargs["classes"].items():
            found.setdefault(group_of(cls), []).append((code, translated(cls.label)))
        return found


def blank_row(kind: str, code: str, *, place: int, currency: str) -> RuleForm | None:
    """Return the empty form of a class at a place, for the script that adds a row; None where there is no class."""
    classes = KINDS[kind]()
    if code not in classes:
        return None
    return RuleForm(prefix=f"{kind}-{place}", initial={"code": code}, classes=classes, currency=currency)


def rule_formset(
    kind: str,
    *,
    data: Any,
    initial: Sequence[Mapping[str, Any]],
    currency: str,
    is_draft: bool = False,
    fresh: Sequence[int] = (),
) -> RuleFormSet:
    """Return the forms of one kind of rules, ``conditions`` or ``effects``."""
    made: type[Any] = formset_factory(
        RuleForm, formset=RuleFormSet, extra=0, max_num=MAX_RULES, validate_max=True, absolute_max=MAX_RULES + 20
    )
    kwargs = {"classes": KINDS[kind](), "currency": currency, "is_draft": is_draft, "fresh": fresh}
    formset: RuleFormSet = made(data, prefix=kind, initial=list(initial), form_kwargs=kwargs)
    formset.kind, formset.is_draft = kind, is_draft
    return formset


def field_name(argument: str) -> str:
    """Return the name of the field of an argument, apart from those that every row has."""
    return f"args-{argument}"


def default_of(cls: type[Rule] | None, name: str) -> Any:
    """Return the default of an argument as it is stored; None where it must be given."""
    (found,) = (found for found in dataclasses.fields(cls or Rule) if found.name == name)
    if found.default is dataclasses.MISSING or found.default is None:
        return None
    return write_argument(found.metadata["argument"], found.default)


def described(cls: type[Rule]) -> str:
    """Return the first sentence of what a class says of itself."""
    return translated(" ".join(cleandoc(cls.__doc__ or "").partition("\n\n")[0].split()))


def group_of(cls: type[Rule]) -> str:
    """Return what a rule is about, by which the choice of rules is grouped."""
    if not cls.__module__.startswith("nexus_commerce."):
        return _("Of this shop")
    about = getattr(cls, "stage", None) or cls.__module__.rpartition(".")[2]
    return {
        "amounts": _("How much is bought"),
        "selections": _("What is bought"),
        "circumstances": _("Who, where and how"),
        "schedule": _("When"),
        "lines": _("Off what matches"),
        "order": _("Off the order"),
        "shipping": _("Off shipping"),
    }.get(about, _("Others"))
