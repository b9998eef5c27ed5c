"""What promotions are made of, for staff."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import override_settings

from nexus_commerce.conf import nexus_settings
from nexus_commerce.promotions.conditions import CONDITIONS
from nexus_commerce.promotions.effects import EFFECTS
from tests.api.client import Api, problem
from tests.promotions.host_rules import SETTINGS

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff_api(customer_api: Api, user: Any) -> Api:
    """Return the client of a member of staff who may see promotions."""
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_promotion"))
    return customer_api


def test_every_rule_is_listed_with_the_schema_of_its_arguments(staff_api: Api) -> None:
    body = staff_api.get("promotion-rules").json()
    assert {rule["code"] for rule in body["conditions"]} == {cls.code for cls in CONDITIONS}
    assert {rule["code"] for rule in body["effects"]} == {cls.code for cls in EFFECTS}
    (found,) = [rule for rule in body["effects"] if rule["code"] == "line_percent"]
    assert (found["label"], found["stage"], found["needs"]) == ("Percentage off matching lines", "lines", [])
    assert found["schema"]["required"] == ["percent"]
    assert found["schema"]["additionalProperties"] is False


def test_a_shops_own_rules_appear(staff_api: Api) -> None:
    with override_settings(NEXUS_COMMERCE={**nexus_settings.given, **SETTINGS}):
        body = staff_api.get("promotion-rules").json()
    moon = next(rule for rule in body["conditions"] if rule["code"] == "moon")
    assert (moon["label"], moon["description"]) == ("Phase of the moon", "The moon stands in one of these phases.")
    assert moon["schema"]["properties"]["phases"]["x-of"] == "phase"


@pytest.mark.parametrize("is_staff", [True, False])
def test_staff_without_the_permission_and_shoppers_with_it_may_not(
    customer_api: Api, user: Any, is_staff: bool
) -> None:
    user.is_staff = is_staff
    user.save()
    if not is_staff:
        user.user_permissions.add(Permission.objects.get(codename="view_promotion"))
    problem(customer_api.get("promotion-rules"), 403, "permission_denied")


def test_guests_may_not(api: Api) -> None:
    problem(api.get("promotion-rules"), 401, "not_authenticated")
