"""Gift cards and store credit in the admin: issued, blocked and corrected through services; entries are read only."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nexus_commerce.admin.actions import ObjectActionsMixin, actor_of, object_action
from nexus_commerce.admin.base import FREE_DATA, ReadOnlyAdmin, ReadOnlyInline
from nexus_commerce.admin.credit_forms import AdjustForm, IssueForm, ReasonForm, codes_file
from nexus_commerce.admin.formatting import change_link, format_money, money_column, state_badge
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.payments.models import CreditAccount, CreditEntry
from nexus_commerce.payments.services import adjust_credit, block_account, issue_gift_cards, unblock_account

__all__ = ["CreditAccountAdmin", "CreditEntryAdmin"]


class KindFilter(admin.SimpleListFilter):
    """Narrow to gift cards or store credit."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("gift_card", _("Gift cards")), ("store_credit", _("Store credit"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class UsableFilter(admin.SimpleListFilter):
    """Narrow to what can be spent, or cannot."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("usable", _("Usable")), ("empty", _("Empty")), ("blocked", _("Blocked")), ("expired", _("Expired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        expired = Q(expires_at__lte=timezone.now())
        states = {
            "usable": Q(is_active=True, balance__gt=0) & ~expired,
            "empty": Q(balance=0),
            "blocked": Q(is_active=False),
            "expired": expired,
        }
        return queryset.filter(states.get(self.value() or "", Q()))


class CreditEntryInline(ReadOnlyInline):
    """What changed the balance."""

    model = CreditEntry
    ordering = ["-id"]
    fields = ["created_at", "amount_money", "reason", "payment", "actor", "note"]
    readonly_fields = ["amount_money"]
    amount_money = money_column("amount", _("amount"), currency="account__currency")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("account", "payment")


@admin.register(CreditAccount)
class CreditAccountAdmin(ObjectActionsMixin, ReadOnlyAdmin):
    list_display = ["__str__", "kind", "owner", "balance_money", "state_label", "expires_at", "created_at"]
    list_filter = [KindFilter, UsableFilter, "currency"]
    list_select_related = ["customer"]
    search_fields = ["=code_end", "email", "customer__email", "public_id"]
    ordering = ["-id"]
    inlines = [CreditEntryInline]
    object_actions = ["adjust", "block", "unblock"]
    fieldsets = [
        (None, {"fields": ["kind", "code_end", "owner_link", "balance_money", "state_label", "expires_at"]}),
        (_("Record"), {"classes": ["collapse"], "fields": ["created_at", "updated_at", "public_id"]}),
        FREE_DATA,
    ]
    balance_money = money_column("balance", _("balance"))

    @admin.display(description=_("owner"))
    def owner(self, account: Any) -> str:
        return str(account.customer) if account.customer is not None else account.email

    @admin.display(description=_("owner"))
    def owner_link(self, account: Any) -> str:
        return change_link(account.customer) if account.customer is not None else account.email

    @admin.display(description=_("state"))
    def state_label(self, account: Any) -> str:
        if not account.is_active:
            return state_badge("blocked")
        return state_badge("expired" if account.expires_at and account.expires_at <= timezone.now() else "active")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('add', self.opts)}")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Issue gift cards and answer with their codes, on a page or as a file and nowhere else."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = IssueForm(request.POST if request.method == "POST" else None)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Issue gift cards"),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
        }
        issued = self.issue(request, form) if form.is_valid() else []
        if issued and "as_file" in request.POST:
            response: HttpResponse = codes_file(issued)
        else:
            context["issued"] = [(card, code, format_money(card.balance, card.currency)) for card, code in issued]
            response = TemplateResponse(request, "admin/nexus_commerce/gift_cards_issue.html", context)
        add_never_cache_headers(response)
        return response

    def issue(self, request: HttpRequest, form: IssueForm) -> list[tuple[CreditAccount, str]]:
        """Issue what a valid form asks for; what a service refuses is shown on the form."""
        try:
            issued = issue_gift_cards(actor=actor_of(request), **form.cleaned_data)
        except CommerceError as refusal:
            shown = refusal.field if refusal.field in form.fields and refusal.field != "key" else None
            form.add_error(shown, str(refusal))
            return []
        for card, _code in issued:
            self.log_addition(request, card, [{"added": {}}])
        text = ngettext("%(count)s gift card was issued.", "%(count)s gift cards were issued.", len(issued))
        self.message_user(request, text % {"count": len(issued)})
        return issued

    @object_action(_("Correct the balance"), form=AdjustForm)
    def adjust(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Add to a balance, or take something off, for a reason."""
        amount = data["direction"] * data["amount"]
        adjust_credit(account=obj, amount=amount, actor=actor_of(request), note=data["note"], key=data["key"])
        return _("The balance is %(balance)s now.") % {"balance": format_money(obj.balance, obj.currency)}

    @object_action(_("Block"), form=ReasonForm, open_for=lambda row: row.is_active)
    def block(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Let nothing be taken from it any more."""
        block_account(account=obj)
        self.log_change(request, obj, data["note"])
        return _("It is blocked. Money still comes back to it.")

    @object_action(_("Unblock"), form=ReasonForm, open_for=lambda row: not row.is_active)
    def unblock(self, request: HttpRequest, obj: Any, data: dict[str, Any]) -> Any:
        """Let it be used again."""
        unblock_account(account=obj)
        self.log_change(request, obj, data["note"])
        return _("It can be used again.")


@admin.register(CreditEntry)
class CreditEntryAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "account", "amount_money", "reason", "actor", "note"]
    list_filter = ["reason"]
    list_select_related = ["account__customer"]
    search_fields = ["account__email", "=account__code_end", "account__public_id", "payment__order__number"]
    date_hierarchy = "created_at"
    fieldsets = [
        (None, {"fields": ["created_at", "account", "amount_money", "reason", "payment", "actor", "note"]}),
    ]
    amount_money = money_column("amount", _("amount"), currency="account__currency")
