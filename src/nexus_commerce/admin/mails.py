"""What the mails look like, without sending any."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.http import urlencode
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

import nexus_commerce
from nexus_commerce.admin.base import AnyAdmin
from nexus_commerce.channels.models import Channel
from nexus_commerce.conf import nexus_settings
from nexus_commerce.notifications.mails import Mail
from nexus_commerce.notifications.writing import WrittenMail, preview_mail
from nexus_commerce.orders.models import Order

__all__ = ["MailForm", "MailPreviewsMixin", "mail_languages"]

RECENT = 20
ONLY_STYLES = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
"""A mail's page loads nothing and runs nothing, whatever a template or a name brings."""


def mail_languages() -> list[tuple[str, str]]:
    """Return the languages to preview: those that the library's mails are in, and those of the channels."""
    shipped = (folder.name for folder in (Path(nexus_commerce.__file__).parent / "locale").iterdir() if folder.is_dir())
    spoken = Channel.objects.order_by().values_list("default_language", flat=True).distinct()
    codes = {"en", *(name.replace("_", "-").lower() for name in shipped), *spoken}
    return sorted((code, language_name(code)) for code in codes)


def language_name(code: str) -> str:
    """Return what a language calls itself; its code where nobody knows."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


class MailForm(forms.Form):
    """Which mail is shown, of which order, in which language."""

    mail = forms.ChoiceField(label=gettext_lazy("Mail"))
    order = forms.ChoiceField(label=gettext_lazy("Order"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"))

    def __init__(self, asked: Any, mails: dict[str, Mail]) -> None:
        recent = Order.objects.select_related("channel").order_by("-id")[:RECENT]
        self.orders = {str(order.public_id): order for order in recent}
        chosen = asked.get("order", "")
        if chosen not in self.orders and (order := order_named(chosen)):
            self.orders[chosen] = order
        first = next(iter(self.orders), "")
        language = self.orders[first].language if first else "en"
        given = {"mail": next(iter(mails), ""), "order": first, "language": language} | asked
        super().__init__(given, label_suffix="")
        self.mails = mails
        orders = [(key, f"{order.number} ({order.channel})") for key, order in self.orders.items()]
        languages = dict(mail_languages())
        self.choices_of("mail", [(code, mail.title) for code, mail in mails.items()])
        self.choices_of("order", [*orders, ("", _("A made-up order"))])
        self.choices_of("language", list((languages | {language: languages.get(language, language)}).items()))

    def choices_of(self, name: str, choices: Any) -> None:
        """Set what a field may be."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def written(self) -> WrittenMail:
        """Return the mail that was asked for."""
        said = self.cleaned_data
        return preview_mail(
            mail=self.mails[said["mail"]],
            order=self.orders.get(said["order"]),
            policy=nexus_settings.EMAIL_POLICY(),
            language=said["language"],
        )


def order_named(public_id: str) -> Order | None:
    """Return an order by its public id."""
    try:
        return Order.objects.select_related("channel").filter(public_id=UUID(public_id)).first()
    except ValueError:
        return None


class MailPreviewsMixin(AnyAdmin):
    """Adds a page to the orders that shows every mail, of a recent order or a made-up one, in every language."""

    change_list_template = "admin/nexus_commerce/orders_change_list.html"

    def get_urls(self) -> list[URLPattern]:
        base = f"{self.opts.app_label}_{self.opts.model_name}"
        page = xframe_options_sameorigin(self.mail_html_view)
        return [
            path("mails/", self.admin_site.admin_view(self.mails_view), name=f"{base}_mails"),
            path("mails/html/", self.admin_site.admin_view(page), name=f"{base}_mail_html"),
            *super().get_urls(),
        ]

    def mail_form(self, request: HttpRequest) -> MailForm:
        """Return what was asked for. Raises PermissionDenied for those who may not see orders."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        mails = {mail.code: mail() for mail in nexus_settings.EMAIL_POLICY().mails()}
        return MailForm(request.GET.dict(), mails)

    def mails_view(self, request: HttpRequest) -> HttpResponse:
        """Show a mail with its subject, as HTML at the width of a desk and of a phone, and as text."""
        form = self.mail_form(request)
        written, problem = None, ""
        if form.is_valid():
            try:
                written = form.written()
            except TemplateDoesNotExist as exc:
                problem = _("There is no template %(name)s.") % {"name": exc}
            except TemplateSyntaxError as exc:
                problem = str(exc)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Mails"),
            "opts": self.opts,
            "form": form,
            "written": written,
            "problem": problem,
            "query": urlencode(form.data),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/nexus_commerce/mails.html", context)

    def mail_html_view(self, request: HttpRequest) -> HttpResponse:
        """Return the HTML of a mail by itself."""
        form = self.mail_form(request)
        try:
            html = form.written().html if form.is_valid() else ""
        except (TemplateDoesNotExist, TemplateSyntaxError):
            html = ""
        return HttpResponse(html, headers={"Content-Security-Policy": ONLY_STYLES})
