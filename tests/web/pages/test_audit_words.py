"""Every kind of audit entry has words, an icon and a group to be found in."""

from __future__ import annotations

from typecase.runtime import audit
from typecase.texts import texts_of
from typecase.web import audit_pages


def test_every_kind_has_its_words_in_every_language() -> None:
    chinese = texts_of("zh")
    assert set(audit.KINDS) <= audit_pages.KINDS.keys()
    words = [label for label, _ in audit_pages.KINDS.values()]
    words += [group.label for group in audit_pages.GROUPS]
    words += [*audit_pages.DETAILS.values(), *audit_pages.WORDS.values()]
    assert [word for word in words if word not in chinese] == []


def test_every_kind_is_in_one_group() -> None:
    grouped = [kind for group in audit_pages.GROUPS for kind in group.kinds]
    assert sorted(grouped) == sorted(set(grouped))
    assert set(grouped) == audit_pages.KINDS.keys()
