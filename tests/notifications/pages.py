"""Reading the HTML of a mail strictly."""

from html.parser import HTMLParser

__all__ = ["Page", "read"]

VOID = {"br", "hr", "img", "input", "link", "meta"}


class Page(HTMLParser):
    """The text of a page, what it links to and loads; every tag has to be closed where it was opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.loads: list[str] = []
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        assert len(given) == len(attrs), f"<{tag}> says something twice: {attrs}"
        if tag not in VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append(given["href"] or "")
        self.loads += [value or "" for name, value in attrs if name in ("src", "background", "srcset", "data")]
        self.loads += [value for value in given.values() if value and "url(" in value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            assert "url(" not in data
            assert "@import" not in data
        else:
            self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.parts).split())


def read(html: str) -> Page:
    """Return a page that is well-formed."""
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page
