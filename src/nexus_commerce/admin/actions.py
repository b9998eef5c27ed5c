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
from contextlib import nullcontext
from functools import partial
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nexus_commerce.admin.base import AnyAdmin
from nexus_commerce.core.errors import CommerceError
from nexus_commerce.orders.errors import OrderChanged

__all__ = ["ActionForm", "ObjectActionsMixin", "VersionedForm", "actor_of", "object_action"]


class ActionForm(forms.Form):
    """What an action asks for. ``row`` is the row it is done to."""

    submit_label: ClassVar[str | Promise] = ""
    """What is on the button; the action's label by default."""

    def __init__(self, data: Any = None, *, row: Any = None) -> None:
        super().__init__(data)
        self.row = row

    def consequences(self) -> Sequence[object]:
        """Return what will happen, a sentence each, to be read before it does."""
        return ()

    def confirmation(self) -> str:
        """Return what has to come back as ``confirmed`` before a valid form is acted on; empty where nothing has to."""
        return ""

    def confirm_label(self) -> str | Promise:
        """Return what is on the button that confirms."""
        return _("Confirm")

    def preview(self) -> object:
        """Return what a valid form comes to, to be shown beside the button that confirms it."""
        return ""

    def refuse(self, refusal: CommerceError) -> None:
        """Show what a service refused at the field that it speaks of, else on top of the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class VersionedForm(ActionForm):
    """An action on a row as it was when its page was opened: one that has changed since is looked at again first."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: Any) -> None:
        super().__init__(data, row=row)
        self.initial["version"] = row.version

    def clean_version(self) -> int:
        version: int = self.cleaned_data["version"]
        if version != self.row.version:
            self.look_again()
        return version

    def look_again(self) -> None:
        """Ask to have a look at how things are now; sent again, the form means that."""
        data: Any = self.data
        self.data = data.copy()
        self.data["version"] = str(self.row.version)  # type: ignore[index]
        changed = _("%(row)s was changed in the meantime. This is how it is now: look at it, and send the form again.")
        self.add_error(None, changed % {"row": self.row})

    def refuse(self, refusal: CommerceError) -> None:
        if isinstance(refusal, OrderChanged):
            self.row.refresh_from_db()
            self.look_again()
        else:
            super().refuse(refusal)


F = TypeVar("F", bound=Callable[..., Any])


def object_action(
    label: str | Promise,
    *,
    form: "type[ActionForm] | None" = None,
    open_for: Callable[[Any], bool] = lambda row: True,
    permission: str = "change",
    atomic: bool = True,
) -> Callable[[F], F]:
    """Mark a method ``(self, request, obj, data) -> message`` as something that can be done to one row.

    ``form`` asks for ``data``; ``open_for`` says for which rows the button is there; ``permission`` is the first word
    of the model permission (``nexus_orders.change_order``) or a whole permission with a dot. The method runs in a
    transaction, unless ``atomic`` is false: for services that ask somebody outside and open their own. An error of a
    service is shown on the form. A method that tells the user itself returns None.
    """
    marks = {"label": label, "open_for": open_for, "permission": permission, "atomic": atomic}

    def mark(method: F) -> F:
        vars(method).update(marks, form=form or ActionForm)
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
        return [*(self.action_url(name) for name in self.object_actions), *super().get_urls()]

    def action_url(self, name: str) -> URLPattern:
        """Return the address of an action's page, which a project's ATOMIC_REQUESTS leaves alone where it must."""
        view = self.admin_site.admin_view(partial(self.object_action_view, name=name))
        if not getattr(self, name).atomic:
            view = transaction.non_atomic_requests(view)
        return path(f"<path:object_id>/{name}/", view, name=f"{self.opts.app_label}_{self.opts.model_name}_{name}")

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

    def notices(self, request: HttpRequest, obj: Any) -> Sequence[object]:
        """Return what somebody has to know of a row before all else, to be shown on top of its page."""
        return ()

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        context["object_actions"] = self.open_actions(request, obj) if obj else []
        context["object_notices"] = self.notices(request, obj) if obj else []
        return super().render_change_form(request, context, *args, **kwargs)

    def object_action_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask for what the action needs, show what it comes to where that has to be confirmed, and run it."""
        action = getattr(self, name)
        if not self.may_run(request, action):
            raise PermissionDenied
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not action.open_for(obj):
            return self.closed(request, obj)
        form = action.form(request.POST if request.method == "POST" else None, row=obj)
        needed = form.confirmation() if form.is_valid() else ""
        is_confirmed = form.is_valid() and needed in ("", request.POST.get("confirmed"))
        if is_confirmed and self._ran(request, obj, action, form):
            return self.back_to(obj)
        context = {
            **self.admin_site.each_context(request),
            "title": action.label,
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            "form": form,
            "confirmation": needed if form.is_valid() else "",
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/nexus_commerce/object_action.html", context)

    def back_to(self, obj: Any) -> HttpResponse:
        """Go back to the page of a row."""
        page = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(page, args=[obj.pk]))

    def closed(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Answer for an action that the row does not allow: it is not there, or was until somebody else acted."""
        if obj is None or "version" not in request.POST:
            raise Http404
        text = _("%(row)s was changed in the meantime, and this cannot be done any more.") % {"row": obj}
        self.message_user(request, text, messages.WARNING)
        return self.back_to(obj)

    def _ran(self, request: HttpRequest, obj: Any, action: Any, form: ActionForm) -> bool:
        try:
            with transaction.atomic() if action.atomic else nullcontext():
                message = action(request, obj, form.cleaned_data)
        except CommerceError as refusal:
            form.refuse(refusal)
            return False
        self.log_change(request, obj, str(action.label))
        if message:
            self.message_user(request, message)
        return True
