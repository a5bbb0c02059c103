"""The synthetic HAR with changes, and the same exchanges as a cassette; persons are the guide's samples or made up."""

import base64
import copy
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from contract_tests.contract import Contract
from contract_tests.traffic import Judged, read_traffic

HAR = Path(__file__).parent / "synthetic.har"
CASSETTE = Path(__file__).parent.parent.parent / "cassettes" / "files" / "guide-flow.yaml"
CONTRACT = Contract.load()
# The entries of the sample, by their position in it.
TOKEN, REGISTRATION, PAGE, CREDITING, CANCELLATION, ELSEWHERE = range(6)
Change = Callable[[list[Any]], object]


def changed(folder: Path, change: Change) -> Path:
    """Write the sample with a change to its entries; their bodies are plain text before it."""
    document = json.loads(HAR.read_text(encoding="utf-8"))
    for entry in document["log"]["entries"]:
        content = entry["response"]["content"]
        if content.pop("encoding", None):
            body = base64.b64decode(content["text"])
            content["text"] = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
    change(document["log"]["entries"])
    return written(folder, json.dumps(document))


def written(folder: Path, text: str, name: str = "other.har") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def replaced(position: int, before: str, after: str, *, sent: bool = False) -> Change:
    """Return a change of one text in one body."""

    def change(entries: list[Any]) -> None:
        entry = entries[position]
        body = entry["request"]["postData"] if sent else entry["response"]["content"]
        assert before in body["text"], "the sample has changed; choose another text"
        body["text"] = body["text"].replace(before, after)

    return change


def as_cassette(change: Callable[[Any], object]) -> dict[str, Any]:
    """Return the guide's exchanges as vcrpy keeps them, each changed."""
    document: dict[str, Any] = yaml.safe_load(CASSETTE.read_text(encoding="utf-8"))
    del document["provenance"]
    document = copy.deepcopy(document) | {"version": 1}
    for item in document["interactions"]:
        change(item)
    return document


def judged(file: Path, base_url: str | None = None) -> Judged:
    return Judged(read_traffic(file, CONTRACT, base_url), CONTRACT)


def findings(file: Path, base_url: str | None = None) -> list[tuple[str, str, str]]:
    """Return the operation, the rule and the place of everything that is found in a file."""
    file_judged = judged(file, base_url)
    found = [*file_judged.requests, *file_judged.responses, *file_judged.agreement]
    return [(each.operation, each.rule, each.pointer) for each in found]
