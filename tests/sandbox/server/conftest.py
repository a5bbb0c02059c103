from collections.abc import Iterator

import pytest
from eve.utils import config


@pytest.fixture(autouse=True)
def eve_settings() -> Iterator[None]:
    """Undo what a stand-in in this process does to Eve's settings, of which there is one set for a process."""
    before = dict(vars(config))
    yield
    vars(config).clear()
    vars(config).update(before)
