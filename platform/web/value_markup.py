"""How the value of a field looks in a cell: a function for each kind, made once for a column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from ..metadata.definitions import Field
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Format

Values = Mapping[str, Any]
Show = Callable[[Values], Markup]

NOTHING = Markup("")


def shifted(prefix: str, inner: Show) -> Show:
    class _Shifted(Mapping[str, Any]):
        def __init__(self, values: Values) -> None:
            self.values_ = values

        def __getitem__(self, key: str) -> Any:
            return self.values_[prefix + key]

        def __iter__(self) -> Any:
            return iter(self.values_)

        def __len__(self) -> int:
            return len(self.values_)

    def show(values: Values) -> Markup:
        return inner(_Shifted(values))

    return show


def formatted(field: Field, how: Format) -> Show:
    name, format_ = field.name, type_of(field).format

    def show(values: Values) -> Markup:
        value = values[name]
        return NOTHING if value is None else escape(format_(field, value, how, values))

    return show


def moment(name: str, how: Format) -> Show:
    field = Field(name, name, "datetime", name)
    return formatted(field, how)


def titled(name: str) -> Show:
    title = f"{name}.*"

    def show(values: Values) -> Markup:
        return escape(values.get(title) or "")

    return show


def named(name: str, names: Mapping[str, str]) -> Show:
    def show(values: Values) -> Markup:
        value = values[name]
        if isinstance(value, str):
            return escape(names.get(value, value))
        return escape(", ".join(names.get(v, v) for v in value or ()))

    return show


def pill(name: str, pills: Mapping[str, Markup]) -> Show:
    def show(values: Values) -> Markup:
        value = values[name]
        return NOTHING if value is None else pills.get(value) or escape(value)

    return show


def pills(name: str, pills: Mapping[str, Markup]) -> Show:
    def show(values: Values) -> Markup:
        return Markup("").join(pills.get(v) or escape(v) for v in values[name] or ())

    return show


def _mail(name: str, text: Show) -> Show:
    def show(values: Values) -> Markup:
        value = values[name]
        return (
            Markup('<a href="mailto:{}">{}</a>').format(quote(value, "@"), value)
            if value
            else NOTHING
        )

    return show


def _phone(name: str, text: Show) -> Show:
    def show(values: Values) -> Markup:
        value = values[name]
        if not value:
            return NOTHING
        digits = "".join(c for c in value if c.isdigit() or c == "+")
        return Markup('<a class="tabular" href="tel:{}">{}</a>').format(digits, text(values))

    return show


def _url(name: str, text: Show) -> Show:
    """Only http and https become links: what else a stored text may begin with, stays text."""

    def show(values: Values) -> Markup:
        value = values[name]
        if not value:
            return NOTHING
        if not value.lower().startswith(("http://", "https://")):
            return escape(value)
        short = value.split("://", 1)[1].rstrip("/")
        link = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
        return link.format(value, short)

    return show


def _yes(name: str, text: Show) -> Show:
    def show(values: Values) -> Markup:
        return (
            Markup(
                '<span class="yes" title="{0}">✓<span class="visually-hidden">{0}</span></span>'
            ).format(text(values))
            if values[name]
            else NOTHING
        )

    return show


def _stars(name: str, text: Show) -> Show:
    def show(values: Values) -> Markup:
        value = values[name]
        if not value:
            return NOTHING
        return Markup('<span class="stars" title="{}">{}</span>').format(value, "★" * int(value))

    return show


def _swatch(name: str, text: Show) -> Show:
    def show(values: Values) -> Markup:
        value = values[name]
        if not value:
            return NOTHING
        box = Markup('<svg class="swatch"><rect width="100%" height="100%" fill="{}"/></svg> {}')
        return box.format(value, value)

    return show


def _rich(name: str, text: Show) -> Show:
    """Rich text was cleaned to an allow-list when it was saved."""

    def show(values: Values) -> Markup:
        return Markup(values[name] or "")

    return show


def _file(name: str, text: Show) -> Show:
    link = Markup('<a href="/files/{0}" class="file-link">📎</a>')

    def show(values: Values) -> Markup:
        return link.format(values[name]) if values[name] else NOTHING

    return show


def _image(name: str, text: Show) -> Show:
    picture = Markup(
        '<a href="/files/{0}"><img class="thumb" src="/files/{0}" alt="" loading="lazy"></a>'
    )

    def show(values: Values) -> Markup:
        return picture.format(values[name]) if values[name] else NOTHING

    return show


BY_TYPE: Mapping[str, Callable[[str, Show], Show]] = {
    "email": _mail,
    "phone": _phone,
    "url": _url,
    "boolean": _yes,
    "rating": _stars,
    "color": _swatch,
    "rich_text": _rich,
    "file": _file,
    "image": _image,
}
