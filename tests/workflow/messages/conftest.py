from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mailbox import open_mailbox
from tests.workflow.messages.post import Post


@pytest.fixture
def post(database: str, tmp_path: Path) -> Iterator[Post]:
    with open_mailbox() as box:
        built = Post(database, tmp_path, box)
        yield built
        built.close()
