"""The two bodies of a mail: HTML that carries no script, and the same as plain text."""

from __future__ import annotations

import html
from html.parser import HTMLParser

import nh3

TAGS = frozenset(
    ["a", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "hr", "i", "img", "li",
     "ol", "p", "pre", "s", "small", "span", "strong", "table", "tbody", "td", "th", "thead",
     "tr", "u", "ul"]
)  # fmt: skip
ATTRIBUTES = {
    "*": {"style", "align", "dir", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "width", "valign"},
    "th": {"colspan", "rowspan", "width"},
    "table": {"width", "cellpadding", "cellspacing", "border", "role"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
STYLES = {
    "background", "background-color", "border", "border-bottom", "border-collapse",
    "border-left", "border-radius", "border-top", "color", "display", "font-size", "font-style",
    "font-weight", "line-height", "margin", "margin-bottom", "margin-left", "margin-right",
    "margin-top", "max-width", "padding", "padding-bottom", "padding-left", "padding-right",
    "padding-top", "text-align", "text-decoration", "vertical-align", "white-space", "width",
}  # fmt: skip
FONT = "-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif"
PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title></head>"
    '<body style="margin:0;padding:24px 12px;background:#f4f5f7">'
    '<div style="max-width:600px;margin:0 auto;padding:28px 32px;background:#ffffff;'
    'border-radius:8px;color:#1f2933;font-size:15px;line-height:1.6;font-family:{font}">'
    "{body}</div></body></html>"
)
BLOCKS = frozenset(["p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "blockquote", "pre"])
SPACED = frozenset(["p", "table", "ul", "ol", "h1", "h2", "h3", "blockquote"])
SILENT = frozenset(["script", "style", "head", "title"])


def cleaned(body: str) -> str:
    """Without scripts, forms, frames, and links that are no links."""
    return nh3.clean(
        body,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        filter_style_properties=STYLES,
        link_rel=None,
    )


def page(body: str, title: str, language: str) -> str:
    """A whole HTML mail around a cleaned body."""
    return PAGE.format(
        language=html.escape(language or "en"), title=html.escape(title), font=FONT, body=body
    )


def as_text(body: str) -> str:
    """What a reader without HTML gets: links in brackets, a line for each row."""
    reading = _Text()
    reading.feed(body)
    reading.close()
    lines = (" ".join(line.split()) for line in "".join(reading.pieces).split("\n"))
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip() + "\n"


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in SILENT:
            self._silent += 1
        elif tag == "br":
            self.pieces.append("\n")
        elif tag == "hr":
            self.pieces.append("\n----\n")
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        elif tag == "img" and told.get("alt"):
            self.pieces.append(str(told["alt"]))
        elif tag == "a" and told.get("href"):
            self._link = (str(told["href"]), len(self.pieces))
        elif tag in BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._link is not None:
            address, start = self._link
            self._link = None
            said = "".join(self.pieces[start:]).strip()
            bare = address.removeprefix("mailto:").removeprefix("tel:")
            if said != bare:
                self.pieces.append(f" ({bare})" if said else bare)
        elif tag in SPACED:
            self.pieces.append("\n\n")
        elif tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data.replace("\n", " "))
