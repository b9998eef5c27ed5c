"""Things done to one row through a service: a button on its page, a form that asks what the service must know.

An admin class names its methods in ``object_actions``, as Django's ``actions`` does for many rows::

    class StockItemAdmin(ObjectActionsMixin, CommerceAdmin):
        object_actions = ["change_stock"]

        @object_action(_("Change stock"), form=StockChangeForm)
        def change_stock(self, request, obj, data):
            receive_stock(variant=obj.variant, location=obj.location, quantity=data["quantity"])
            return _("The stock was changed.")
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise

from nexus_commerce.admin.base import AnyAdmin
from nexus_commerce.core.errors import CommerceError

__all__ = ["ActionForm", "ObjectActionsMixin", "actor_of", "object_action"]


class ActionForm(forms.Form):
    """What an action asks for. ``row`` is the row it is done to."""

    def __init__(self, data: Any = None, *, row: Any = None) -> None:
        super().__init__(data)
        self.row = row


F = TypeVar("F", bound=Callable[..., Any])


def object_action(
    label: str | Promise,
    *,
    form: "type[ActionForm] | None" = None,
    open_for: Callable[[Any], bool] = lambda row: True,
    permission: str = "change",
) -> Callable[[F], F]:
    """Mark a method ``(self, request, obj, data) -> message`` as something that can be done to one row.

    ``form`` asks for ``data``; ``open_for`` says for which rows the button is there; ``permission`` is the first word
    of the model permission (``nexus_orders.change_order``) or a whole permission with a dot. The method runs in a
    transaction; an error of a service is shown on the form.
    """

    def mark(method: F) -> F:
        vars(method).update(label=label, form=form or ActionForm, open_for=open_for, permission=permission)
        return method

    return mark


def actor_of(request: HttpRequest) -> str:
    """Return the name that movements and events keep for whoever did it."""
    return request.user.get_username()


class ObjectActionsMixin(AnyAdmin):
    """Adds a page for each method in ``object_actions`` and a button for it on the page of the row."""

    object_actions: Sequence[str] = ()
    change_form_template: ClassVar[Any] = "admin/nexus_commerce/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        base = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(partial(self.object_action_view, name=name)),
                name=f"{base}_{name}",
            )
            for name in self.object_actions
        ]
        return [*own, *super().get_urls()]

    def may_run(self, request: HttpRequest, action: Any) -> bool:
        """Return whether the user holds the permission of an action."""
        permission = action.permission
        if "." not in permission:
            permission = f"{self.opts.app_label}.{permission}_{self.opts.model_name}"
        return request.user.has_perm(permission)

    def open_actions(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Return the buttons of a row: what the user may do and the row allows."""
        actions = {name: getattr(self, name) for name in self.object_actions}
        base = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}"
        return [
            {"label": action.label, "url": reverse(f"{base}_{name}", args=[obj.pk])}
            for name, action in actions.items()
            if self.may_run(request, action) and action.open_for(obj)
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        context["object_actions"] = self.open_actions(request, obj) if obj else []
        return super().render_change_form(request, context, *args, **kwargs)

    def object_action_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask for what the action needs and run it."""
        action = getattr(self, name)
        if not self.may_run(request, action):
            raise PermissionDenied
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not action.open_for(obj):
            raise Http404
        form = action.form(request.POST if request.method == "POST" else None, row=obj)
        page = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        if form.is_valid() and self._ran(request, obj, action, form):
            return HttpResponseRedirect(reverse(page, args=[obj.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": action.label,
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/nexus_commerce/object_action.html", context)

    def _ran(self, request: HttpRequest, obj: Any, action: Any, form: forms.Form) -> bool:
        try:
            with transaction.atomic():
                message = action(request, obj, form.cleaned_data)
        except CommerceError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return False
        self.log_change(request, obj, str(action.label))
        self.message_user(request, message)
        return True
