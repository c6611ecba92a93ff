"""The form of a page as a browser would send it: what stands in its inputs."""

from __future__ import annotations

from html.parser import HTMLParser


class _Inputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append({})
        if not self.forms:
            return
        form, name = self.forms[-1], told.get("name", "")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in told or self.select not in form:
                form[self.select] = [told.get("value", "")]
        elif tag == "input" and name and (told.get("type") != "checkbox" or "checked" in told):
            form.setdefault(name, []).append(told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None


def filled(page: str, **changed: str | list[str]) -> dict[str, str | list[str]]:
    """What the form of a definition would send now, ``changed``; without its token."""
    reader = _Inputs()
    reader.feed(page)
    found = next(form for form in reader.forms if "base" in form)
    return {**{name: value for name, value in found.items() if name != "csrf"}, **changed}
