import pytest
from django.utils.translation import override

from nexus_commerce.core.formatting import active_locale, format_money


@pytest.mark.parametrize(
    ("language", "locale", "text"),
    [
        ("en", "en", "€1,234.50"),
        ("de", "de", "1.234,50\xa0€"),
        ("pt-br", "pt_BR", "€\xa01.234,50"),
        ("tlh", "en", "€1,234.50"),
    ],
)
def test_amounts_follow_the_active_language(language: str, locale: str, text: str) -> None:
    with override(language):
        assert active_locale() == locale
        assert format_money(123450, "EUR") == text
