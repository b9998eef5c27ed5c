"""Signals of taxes."""

from nexus_commerce.core.signals import CommerceSignal

__all__ = ["taxes_changed"]

taxes_changed = CommerceSignal(
    "A tax zone, its areas or rates, or a tax class was made or changed.",
    zone="the TaxZone; None where it was a tax class",
    tax_class="the TaxClass; None where it was a zone",
)
