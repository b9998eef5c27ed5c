"""The shipped catalogs are whole, and compiled from what is written."""

from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from nexus_commerce.notifications.mails import MAILS
from tests.notifications.extracting import SOURCE, texts_in

CATALOGS = sorted(path.parent for path in (SOURCE / "locale").glob("*/LC_MESSAGES/django.po"))
STOREFRONT = SOURCE / "contrib" / "storefront"
MAIL = SOURCE / "templates" / "nexus_commerce" / "mail"
FILES = [
    *(path for path in MAIL.rglob("*") if path.is_file()),
    *(SOURCE / "notifications").glob("*.py"),
    STOREFRONT / "views" / "looking_up.py",
    STOREFRONT / "templates" / "nexus_storefront" / "look_up.html",
    STOREFRONT / "templates" / "nexus_storefront" / "open_order.html",
    SOURCE / "payments" / "providers" / "manual.py",
]


def catalog(folder: Path):  # type: ignore[no-untyped-def]
    with (folder / "django.po").open("rb") as file:
        return read_po(file)


def test_there_are_texts_to_translate() -> None:
    assert [folder.parent.name for folder in CATALOGS] == ["de"]
    assert len(texts_in(FILES)) > 50


@pytest.mark.parametrize("folder", CATALOGS, ids=lambda folder: folder.parent.name)
def test_every_text_of_the_mails_and_the_pages_for_guests_is_translated(folder: Path) -> None:
    translated = {message.id for message in catalog(folder) if message.id and message.string}
    assert texts_in(FILES) - translated == set()


@pytest.mark.parametrize("folder", CATALOGS, ids=lambda folder: folder.parent.name)
def test_translations_keep_the_placeholders(folder: Path) -> None:
    for message in catalog(folder):
        assert list(message.check()) == [], message.id


@pytest.mark.parametrize("folder", CATALOGS, ids=lambda folder: folder.parent.name)
def test_what_is_compiled_is_what_is_written(folder: Path) -> None:
    with (folder / "django.mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    assert compiled == {message.id: message.string for message in catalog(folder) if message.id}


@pytest.mark.parametrize("code", [each.code for each in MAILS])
def test_every_mail_has_its_three_templates(code: str) -> None:
    assert [name for name in ("subject.txt", "txt", "html") if not (MAIL / f"{code}.{name}").is_file()] == []


def test_there_are_no_templates_of_no_mail() -> None:
    codes = {each.code for each in MAILS} | {"base"}
    assert {path.name.partition(".")[0] for path in MAIL.glob("*.*")} == codes
