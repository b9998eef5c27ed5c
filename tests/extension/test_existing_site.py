"""The library put into a site that is there already: its own user model, keys, rows and a table of its own."""

from tests.extension.project import Project

ACCOUNTS = """
import uuid
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

class Members(BaseUserManager):
    def create_user(self, email, password=None):
        member = self.model(email=email)
        member.set_password(password)
        member.save()
        return member

class Member(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    objects = Members()
    USERNAME_FIELD = "email"
"""
BLOG = """
from django.conf import settings
from django.db import models

class Product(models.Model):
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    title = models.CharField(max_length=80)
"""
SITE = """
from tests.hosts.default.settings import INSTALLED_APPS as WITH_THE_SHOP
from nexus_commerce import APPS
AUTH_USER_MODEL = "accounts.Member"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = [app for app in WITH_THE_SHOP if app not in APPS and "storefront" not in app] + ["accounts", "blog"]
del NEXUS_COMMERCE
DEBUG = True
"""
SHOP = """
INSTALLED_APPS = [*INSTALLED_APPS, *APPS]
"""
BEFORE = """
from accounts.models import Member
from blog.models import Product
Product.objects.create(author=Member.objects.create_user("ada@example.com"), title="A post")
"""
URLS = """
from django.contrib import admin
from django.urls import include, path
urlpatterns = [path("admin/", admin.site.urls), path("shop/", include("nexus_commerce.urls"))]
"""
AFTER = """
import json
from accounts.models import Member
from blog.models import Product as Post
from django.test import Client
from django.urls import NoReverseMatch, reverse
from nexus_commerce.catalog.models import Physical
from nexus_commerce.channels.models import Channel
from nexus_commerce.customers.models import Customer

member = Member.objects.get()
Channel.objects.create(code="web", name="Web", currency="EUR", is_default=True, country="DE")
Physical.objects.create(name="Novel")
customer = Customer.objects.create(user=member, email=member.email)
assert member.nexus_customer == customer and Post.objects.get().author == member
answers = {}
for name in ("nexus:index", "nexus:products", "nexus:carts", "nexus:openapi"):
    try:
        address = reverse(name)
    except NoReverseMatch:
        continue
    client = Client(raise_request_exception=False)
    answer = client.post(address, "{}", "application/json") if name == "nexus:carts" else client.get(address)
    answers[name] = answer.status_code
print(json.dumps(answers))
Member.objects.update(is_staff=True, is_superuser=True)
client = Client(raise_request_exception=False)
client.force_login(member)
print(client.get("/admin/").status_code)
"""


def test_the_library_installs_into_a_site_with_its_own_users_and_rows(project: Project) -> None:
    project.without_admin = False
    project.app("accounts", ACCOUNTS)
    project.app("blog", BLOG)
    project.apps, project.extra = [], SITE
    project.does("makemigrations accounts blog -v0", "migrate -v0", BEFORE)

    project.extra = SITE + SHOP
    project.write("urls.py", URLS)
    output = project.does("check --database default", "makemigrations --check --dry-run", "migrate -v0")
    assert "No changes detected" in output.out, "AutoField of the site changes no table of the library"

    answers, admin = project.does("check --database default", AFTER).out.splitlines()[-2:]
    assert '"nexus:index": 200' in answers
    assert [code for code in answers.split() if code.strip(",}").isdigit() and int(code.strip(",}")) >= 400] == []
    assert admin == "200"
