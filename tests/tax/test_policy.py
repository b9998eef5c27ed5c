"""How goods are taxed where they go: zones, rates in force, exempt customers and the reverse charge."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from nexus_commerce.pricing.inputs import Taxation, TaxRate
from nexus_commerce.tax.models import TaxClass, TaxZone
from nexus_commerce.tax.policies import TaxAnswer, TaxPolicy, TaxQuery, VatNumberPolicy
from tests.tax.places import address, german_channel, rate, tax_class, zone

pytestmark = [pytest.mark.django_db, pytest.mark.hosts]

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FRENCH_NUMBER = "FR40303265045"
GERMAN_NUMBER = "DE136695976"
NORTHERN_IRISH_NUMBER = "XI110305878"


@pytest.fixture
def standard() -> TaxClass:
    return tax_class("standard", is_default=True)


@pytest.fixture
def reduced() -> TaxClass:
    return tax_class("reduced")


@pytest.fixture
def germany(standard: TaxClass, reduced: TaxClass) -> TaxZone:
    row = zone("germany", ("DE", "", ""), allows_reverse_charge=True)
    rate(row, standard, "19")
    rate(row, reduced, "7")
    return row


@pytest.fixture
def france(standard: TaxClass) -> TaxZone:
    row = zone("france", ("FR", "", ""), allows_reverse_charge=True)
    rate(row, standard, "20")
    return row


def ask(**terms: Any) -> TaxAnswer:
    given: dict[str, Any] = {"channel": german_channel(prices_include_tax=True), "now": NOW}
    return TaxPolicy().taxes(TaxQuery(**given | terms))


def percents(taxation: Taxation) -> list[Decimal]:
    return [rate.percent for rate in taxation.rates]


def test_a_shop_that_set_up_no_tax_has_empty_answers() -> None:
    assert ask() == TaxAnswer({}, {})


def test_each_class_has_the_rate_of_the_destination_and_the_included_one_of_home(
    germany: TaxZone, france: TaxZone
) -> None:
    answer = ask(destination=address("FR"))
    assert answer.taxes["standard"] == Taxation((TaxRate("VAT 20", 20_000_000, "france"),))
    assert answer.taxes[""] == answer.taxes["standard"]
    assert answer.taxes["reduced"] == Taxation(reason="no_rate")
    assert answer.included["standard"] == Taxation((TaxRate("VAT 19", 19_000_000, "germany"),))
    assert answer.included["reduced"] == Taxation((TaxRate("VAT 7", 7_000_000, "germany"),))
    assert answer.keeps == "gross"


def test_without_a_destination_the_goods_stay_at_home(germany: TaxZone, france: TaxZone) -> None:
    answer = ask()
    assert percents(answer.taxes["standard"]) == [19]
    assert answer.taxes == answer.included


def test_prices_without_tax_include_none(germany: TaxZone) -> None:
    answer = ask(channel=german_channel())
    assert percents(answer.taxes["standard"]) == [19]
    assert answer.included == {}


def test_a_class_without_a_rate_there_says_so_whether_anybody_knows_the_class_or_not(germany: TaxZone) -> None:
    answer = ask(destination=address("FR"))
    assert {answer.taxes.get(code) for code in ("", "standard", "misspelt")} == {Taxation(reason="no_rate")}
    assert percents(answer.included["standard"]) == [19]


def test_a_zone_elsewhere_is_enough_to_say_that_there_is_no_rate_here(france: TaxZone) -> None:
    answer = ask(destination=address("CH"))
    assert answer.taxes[""] == answer.included[""] == Taxation(reason="no_rate")


def test_an_inactive_zone_is_as_if_it_were_not_there(standard: TaxClass) -> None:
    rate(zone("germany", ("DE", "", ""), is_active=False), standard, "19")
    assert ask() == TaxAnswer({}, {})


@pytest.mark.parametrize(
    ("country", "postal_code", "region", "expected"),
    [
        ("ES", "28001", "", 21),
        ("ES", "35001", "", 7),
        ("ES", "38-999", "", 7),
        ("ES", "51001", "", 4),
        ("ES", "", "ce", 4),
        ("ES", "35001", "CE", 7),
        ("PT", "1000-001", "", 23),
        ("CL", "", "", 1),
    ],
)
def test_the_most_precise_area_decides(
    standard: TaxClass, country: str, postal_code: str, region: str, expected: int
) -> None:
    world = zone("world", ("", "", ""), priority=100)
    spain = zone("spain", ("ES", "", ""), priority=50)
    canaries = zone("canaries", ("ES", "", "35*, 38*"))
    ceuta = zone("ceuta", ("ES", "CE", ""), ("ES", "", "51000-51999"), priority=-1)
    portugal = zone("portugal", ("PT", "", ""))
    for row, percent in [(world, "1"), (spain, "21"), (canaries, "7"), (ceuta, "4"), (portugal, "23")]:
        rate(row, standard, percent)
    answer = ask(destination=address(country, postal_code, region))
    assert percents(answer.taxes[""]) == [expected]


def test_of_two_zones_as_precise_the_higher_priority_wins_and_then_the_older_one(standard: TaxClass) -> None:
    older, newer = zone("older", ("DE", "", "")), zone("newer", ("DE", "", ""))
    rate(older, standard, "1")
    rate(newer, standard, "2")
    assert percents(ask().taxes[""]) == [1]
    TaxZone.objects.filter(pk=newer.pk).update(priority=1)
    assert percents(ask().taxes[""]) == [2]


def test_rates_of_one_class_apply_together_older_ones_first(standard: TaxClass) -> None:
    quebec = zone("quebec", ("CA", "QC", ""))
    rate(quebec, standard, "5", name="GST")
    rate(quebec, standard, "9.975", name="QST")
    taxation = ask(destination=address("CA", "H2Y 1C6", "QC")).taxes["standard"]
    assert taxation == Taxation((TaxRate("GST", 5_000_000, "quebec"), TaxRate("QST", 9_975_000, "quebec")))


def test_a_rate_has_six_digits_after_the_point(standard: TaxClass) -> None:
    rate(zone("fine", ("DE", "", "")), standard, "0.000001")
    assert ask().taxes[""].millionths == 1


def test_a_scheduled_change_comes_at_its_moment_and_not_before(standard: TaxClass) -> None:
    germany = zone("germany", ("DE", "", ""))
    lowered, back = datetime(2020, 7, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    rate(germany, standard, "19", valid_until=lowered)
    rate(germany, standard, "16", valid_from=lowered, valid_until=back)
    rate(germany, standard, "19", valid_from=back)
    instant = timedelta(microseconds=1)
    found = [ask(now=now).taxes[""] for now in (lowered - instant, lowered, back - instant, back)]
    assert [percents(taxation) for taxation in found] == [[19], [16], [16], [19]]


def test_an_exempt_customer_pays_none_and_the_price_still_includes_it(germany: TaxZone) -> None:
    answer = ask(is_exempt=True)
    assert {answer.taxes[code] for code in ("", "standard", "reduced", "x")} == {Taxation(reason="exempt")}
    assert percents(answer.included["standard"]) == [19]
    assert ask(is_exempt=True, destination=address("CH")).taxes[""] == Taxation(reason="exempt")


def test_a_business_abroad_owes_the_tax_itself(germany: TaxZone, france: TaxZone) -> None:
    answer = ask(destination=address("FR"), vat_number=FRENCH_NUMBER)
    assert {answer.taxes[code] for code in ("", "standard", "reduced")} == {Taxation(reason="reverse_charge")}
    assert percents(answer.included["standard"]) == [19]


@pytest.mark.parametrize("number", ["", "FR40303265046", GERMAN_NUMBER, "FR", "not a number", "💥", "DE40303265045"])
def test_a_number_that_is_not_one_of_that_country_does_not_help(germany: TaxZone, france: TaxZone, number: str) -> None:
    assert percents(ask(destination=address("FR"), vat_number=number).taxes[""]) == [20]


def test_at_home_there_is_no_reverse_charge(germany: TaxZone) -> None:
    for destination in (address("DE"), None):
        assert percents(ask(destination=destination, vat_number=GERMAN_NUMBER).taxes[""]) == [19]


@pytest.mark.parametrize("code", ["germany", "france"])
def test_both_zones_have_to_allow_it(germany: TaxZone, france: TaxZone, code: str) -> None:
    TaxZone.objects.filter(code=code).update(allows_reverse_charge=False)
    assert percents(ask(destination=address("FR"), vat_number=FRENCH_NUMBER).taxes[""]) == [20]


def test_without_a_zone_at_home_there_is_no_reverse_charge(france: TaxZone) -> None:
    assert percents(ask(destination=address("FR"), vat_number=FRENCH_NUMBER).taxes[""]) == [20]


def test_northern_ireland_is_part_of_it_and_great_britain_is_not(germany: TaxZone, standard: TaxClass) -> None:
    rate(zone("britain", ("GB", "", "")), standard, "20")
    rate(zone("northern-ireland", ("GB", "", "BT*"), allows_reverse_charge=True), standard, "20")
    belfast, london = address("GB", "BT1 5GS"), address("GB", "SW1A 1AA")
    assert ask(destination=belfast, vat_number=NORTHERN_IRISH_NUMBER).taxes[""].reason == "reverse_charge"
    assert percents(ask(destination=belfast, vat_number="GB110305878").taxes[""]) == [20]
    assert percents(ask(destination=london, vat_number=NORTHERN_IRISH_NUMBER).taxes[""]) == [20]


class AnyNumber(VatNumberPolicy):
    def is_valid(self, *, number: str, country: str) -> bool:
        return (number, country) == ("known to us", "FR")


@override_settings(
    NEXUS_COMMERCE={**getattr(settings, "NEXUS_COMMERCE", {}), "VAT_NUMBER_POLICY": f"{__name__}.AnyNumber"}
)
def test_a_host_says_itself_which_number_is_valid(germany: TaxZone, france: TaxZone) -> None:
    assert ask(destination=address("FR"), vat_number="known to us").taxes[""].reason == "reverse_charge"
    assert percents(ask(destination=address("FR"), vat_number=FRENCH_NUMBER).taxes[""]) == [20]


class KeepsNet(TaxPolicy):
    keeps = "net"


def test_a_host_keeps_the_net_price(germany: TaxZone) -> None:
    assert KeepsNet().taxes(TaxQuery(german_channel(), NOW)).keeps == "net"


@pytest.mark.parametrize("zones", [0, 1, 30])
def test_two_statements_are_enough(
    standard: TaxClass, django_assert_max_num_queries: DjangoAssertNumQueries, zones: int
) -> None:
    for number in range(zones):
        row = zone(f"zone-{number}", ("DE", "", ""), ("FR", "", f"{number:02}*"), allows_reverse_charge=True)
        rate(row, standard, "19")
        rate(row, standard, "1", name="Other")
    with django_assert_max_num_queries(2):
        ask(destination=address("FR", "29000"), vat_number=FRENCH_NUMBER)
    with django_assert_max_num_queries(2):
        ask(destination=address("CH"))
