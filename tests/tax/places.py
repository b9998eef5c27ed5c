"""Short ways to write zones, rates and addresses in tests."""

from typing import Any

from nexus_commerce.cart.models import CartAddress
from nexus_commerce.channels.models import Channel
from nexus_commerce.tax.models import TaxClass, TaxRate, TaxZone, TaxZoneArea


def zone(code: str, *areas: tuple[str, str, str], **fields: Any) -> TaxZone:
    """Write a zone; an area is a country, a region and postcodes."""
    row = TaxZone.objects.create(code=code, name=code, **fields)
    for country, region, postcodes in areas:
        TaxZoneArea.objects.create(zone=row, country=country, region=region, postcodes=postcodes)
    return row


def tax_class(code: str, *, is_default: bool = False) -> TaxClass:
    return TaxClass.objects.create(code=code, name=code, is_default=is_default)


def rate(zone: TaxZone, tax_class: TaxClass, percent: str, **fields: Any) -> TaxRate:
    return TaxRate.objects.create(
        **{"zone": zone, "tax_class": tax_class, "rate": percent, "name": f"VAT {percent}"} | fields
    )


def address(country: str, postal_code: str = "", region: str = "") -> CartAddress:
    return CartAddress(line1="Allee 1", city="Ort", country=country, postal_code=postal_code, region=region)


def german_channel(**fields: Any) -> Channel:
    return Channel(**{"code": "shop", "name": "Shop", "currency": "EUR", "country": "DE"} | fields)
