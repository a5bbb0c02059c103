"""The documents of the vendor's guide, with the place each was transcribed from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from contract_tests.messages import loads

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class GuideDocument:
    """One document of the guide."""

    name: str
    text: str
    where: str
    operation: str
    direction: Literal["request", "reply", "where"]
    status: int | None = None
    ours: str = ""

    @property
    def content(self) -> Any:
        """The document, with exact numbers."""
        return loads(self.text)


@cache
def guide_documents() -> Mapping[str, GuideDocument]:
    """Return every document of the guide by its file name."""
    sources: Mapping[str, Mapping[str, Any]] = yaml.safe_load((FOLDER / "sources.yaml").read_text(encoding="utf-8"))["documents"]
    return {
        name: GuideDocument(name, (FOLDER / name).read_text(encoding="utf-8").strip(), **fields)
        for name, fields in sources.items()
    }
