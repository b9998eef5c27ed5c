"""Colors as triples, and what light does to them."""

from collections.abc import Sequence

__all__ = ["Color", "contrast", "mix", "parse", "shade", "spread"]

Color = tuple[int, int, int]

WARM_LIGHT: Color = (255, 250, 240)
COOL_DARK: Color = (22, 20, 30)


def parse(text: str) -> Color:
    """Return the triple of a ``#rrggbb`` text."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix(first: Color, second: Color, part: float) -> Color:
    """Return the color that is ``part`` of the way from the first to the second."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue


def shade(color: Color, amount: float) -> Color:
    """Lighten (up to 1) or darken (down to -1): light is warm, shadow is cool, as by a north window."""
    if amount >= 0:
        return mix(color, WARM_LIGHT, min(amount, 1.0))
    return mix(color, COOL_DARK, min(-amount, 1.0))


def contrast(first: Color, second: Color) -> float:
    """Return how far apart two colors look, from 0 to about 3."""
    weights = (0.9, 1.2, 0.7)
    return sum(w * abs(a - b) / 255 for w, a, b in zip(weights, first, second, strict=True))


def spread(stops: Sequence[Color], count: int) -> list[Color]:
    """Return ``count`` colors running evenly through the stops."""
    last = len(stops) - 1
    found = []
    for index in range(count):
        place = index * last / (count - 1)
        at = min(int(place), last - 1)
        found.append(mix(stops[at], stops[at + 1], place - at))
    return found
