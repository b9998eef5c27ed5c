"""``nexus_demo``: fill the site with a shop to look at, and serve it."""

import errno
import logging
import os
import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.servers import basehttp
from django.db import DatabaseError, connection
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from nexus_commerce.channels.models import Channel
from nexus_commerce.contrib.demo.catalogue import Catalogue, CatalogueError
from nexus_commerce.contrib.demo.charging import load_terms
from nexus_commerce.contrib.demo.loading import (
    Shop,
    is_loaded,
    load_products,
    load_relations,
    load_shop,
    mark_loaded,
)
from nexus_commerce.contrib.demo.reading import read_catalogue
from nexus_commerce.contrib.demo.selling import (
    load_gift_cards,
    load_orders,
    load_store_credit,
    usable_gift_cards,
)
from nexus_commerce.contrib.demo.terms import read_terms
from nexus_commerce.core.formatting import format_money
from nexus_commerce.management.progress import Progress

LOGIN: Final = "admin"
PASSWORD: Final = "wick-and-warp"  # noqa: S105
ROOM: Final = 100_000_000
"""Bytes that the pictures, their sizes and the database take, with something to spare."""


class Command(BaseCommand):
    """A host with products of its own subclasses this, names their files, and lists its app before the library's."""

    help = "Migrate, load the demo shop (once) and serve it. Only with DEBUG on."
    requires_migrations_checks = False

    more_files: ClassVar[Sequence[Path]] = ()
    """TOML files, or folders of them, with products that are loaded beside the library's."""

    more_terms: ClassVar[Sequence[Path]] = ()
    """TOML files with taxes, shipping methods and promotions that are loaded beside the library's."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to serve on (default: %(default)s)")
        parser.add_argument(
            "--port", type=int, default=int(os.environ.get("PORT") or 8000), help="default: $PORT, else 8000"
        )
        parser.add_argument("--no-pictures", action="store_true", help="load the shop without drawing its pictures")
        parser.add_argument("--no-serve", action="store_true", help="stop when everything is loaded")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("nexus_demo makes a user with a known password: it runs with DEBUG on only.")
        try:
            if not options["no_serve"]:
                demand_port(options["host"], options["port"])
            with explaining():
                self.prepare(with_pictures=not options["no_pictures"])
            if not options["no_serve"]:
                self.serve(options["host"], options["port"])
        except KeyboardInterrupt:
            self.stdout.write("\nStopped. The next run goes on from here.")

    def prepare(self, *, with_pictures: bool) -> None:
        """Bring the database to the newest schema, and load whatever of the shop is missing."""
        call_command("migrate", interactive=False, verbosity=0)
        create_admin()
        catalogue, terms = read_catalogue(self.more_files), read_terms(self.more_terms)
        if not is_loaded(catalogue):
            self.load(catalogue, with_pictures=with_pictures)
        if not is_loaded(catalogue, "terms"):
            load_terms(terms)
            mark_loaded(catalogue, "terms")
        if not is_loaded(catalogue, "orders"):
            self.sell(catalogue)
            mark_loaded(catalogue, "orders")

    def sell(self, catalogue: Catalogue) -> None:
        """Issue the gift cards, and make the orders that the shop has had so far."""
        load_gift_cards()
        if (user := find_admin()) is not None:
            load_store_credit(user)
        for _ in load_orders(Channel.objects.get(code=catalogue.channels[0].code)):
            pass

    def load(self, catalogue: Catalogue, *, with_pictures: bool) -> None:
        """Load the products, and whatever of them is missing after an interruption."""
        demand_room()
        shop = load_shop(catalogue)
        self.count("Products", len(catalogue.products), load_products(catalogue, shop))
        load_relations(catalogue)
        if with_pictures:
            self.draw(catalogue, shop)
        self.finish_loading(catalogue)
        mark_loaded(catalogue)

    def draw(self, catalogue: Catalogue, shop: Shop) -> None:
        """Draw the pictures; Pillow is asked for here and nowhere earlier."""
        try:
            from nexus_commerce.contrib.demo.media import count_pictures, load_pictures
        except ImportError as error:
            raise CommandError(
                "The pictures are drawn with Pillow: pip install 'nexus-commerce[images]', or give --no-pictures."
            ) from error
        self.count("Pictures", count_pictures(catalogue), load_pictures(catalogue, shop))

    def finish_loading(self, catalogue: Catalogue) -> None:
        """Do what a host's own shop needs besides; the library's needs nothing."""

    def count(self, label: str, total: int, steps: Iterator[int]) -> None:
        """Show how far a generator has come that yields how much it did."""
        progress = Progress(self.stdout, f"{label:<9}", total)  # type: ignore[arg-type]
        for done in steps:
            progress.advance(done)
        progress.finish()

    def serve(self, host: str, port: int) -> None:
        """Serve until interrupted, in this process, without the reloader."""
        connection.close()
        handler = StaticFilesHandler(basehttp.get_internal_wsgi_application())
        logging.getLogger("django.server").setLevel(logging.WARNING)
        try:
            basehttp.run(
                host, port, handler, ipv6=":" in host, threading=True, on_bind=lambda bound: self.show(host, int(bound))
            )
        except OSError as error:
            raise CommandError(port_problem(host, port, error)) from error

    def show(self, host: str, port: int) -> None:
        """Print where everything is."""
        base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        rows = [(label, base + path) for label, path in addresses()]
        user = find_admin()
        if user is not None and user.check_password(PASSWORD):
            rows.append(("Login", f"{login_name()} / {PASSWORD}"))
        for code, balance, currency in usable_gift_cards():
            rows.append(("Gift card", f"{code} ({format_money(balance, currency)})"))
        if mails := getattr(settings, "EMAIL_FILE_PATH", None):
            rows.append(("Mails", f"as files in {mails}"))
        self.stdout.write("\n" + boxed("Wick & Warp is open. Control-C closes it.", rows) + "\n")
        self.stdout.flush()


def create_admin() -> None:
    """Create the demo's superuser, when there is nobody of that name."""
    model = get_user_model()
    if find_admin() is not None:
        return
    values = {model.USERNAME_FIELD: login_name(), "password": PASSWORD}
    for name in (model.get_email_field_name(), *model.REQUIRED_FIELDS):
        values.setdefault(name, "admin@example.com")
    model._default_manager.create_superuser(**values)


def find_admin() -> Any:
    """Return the demo's superuser; None where somebody removed it."""
    model = get_user_model()
    return model._default_manager.filter(**{model.USERNAME_FIELD: login_name()}).first()


def login_name() -> str:
    """Return the demo's login; an e-mail address for users that are named by one."""
    model = get_user_model()
    return "admin@example.com" if model.get_email_field_name() == model.USERNAME_FIELD else LOGIN


def demand_port(host: str, port: int) -> None:
    """Refuse before any work when the server could not listen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(port_problem(host, port, error)) from error


def port_problem(host: str, port: int, error: Exception) -> str:
    """Say in one line why the server cannot listen, and what helps."""
    other = port + 1 if 1024 <= port < 65535 else 8001
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return f"Port {port} is taken. Stop what listens there, or choose another: make demo PORT={other}"
    if getattr(error, "errno", None) == errno.EACCES:
        return f"Port {port} needs rights that you do not have. Choose one above 1023: make demo PORT={other}"
    return f"Nothing can listen on {host} port {port}: {error}. Choose another: make demo PORT={other}"


def demand_room() -> None:
    """Refuse before any work when the disk of the media files is nearly full."""
    place = Path(settings.MEDIA_ROOT or ".").absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < ROOM:
        raise CommandError(
            f"{place} has {free // 1_000_000} MB free and the demo needs {ROOM // 1_000_000} MB. Make some room, then "
            "run this again."
        )


@contextmanager
def explaining() -> Iterator[None]:
    """Turn what can go wrong outside the code into one line with its cure."""
    try:
        yield
    except CatalogueError as error:
        raise CommandError(f"The catalogue has faults:\n{error}") from error
    except (OSError, DatabaseError) as error:
        if getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error):
            raise CommandError(
                "The disk is full. Make some room, then run this again: it goes on from here."
            ) from error
        if isinstance(error, OSError) or "unable to open" in str(error) or "readonly" in str(error):
            raise CommandError(f"The demo's files cannot be written: {error}. Check who owns them.") from error
        raise


def addresses() -> Iterator[tuple[str, str]]:
    """Yield the pages that this site has, with their paths."""
    try:
        resolve("/")
    except Resolver404:
        pass
    else:
        yield "Shop", "/"
    for label, name in (("API", "nexus:index"), ("API docs", "nexus:docs"), ("Admin", "admin:index")):
        try:
            yield label, reverse(name)
        except NoReverseMatch:
            continue


def boxed(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """Draw a frame around a title and a small table."""
    lines = [title, "", *(f"{label:<10}{value}" for label, value in rows)]
    width = max(map(len, lines))
    edge = "+" + "-" * (width + 4) + "+"
    return "\n".join([edge, *(f"|  {line:<{width}}  |" for line in lines), edge])
