"""How many places of each part of the contract a run checked, and the numbers of those it did not, which must not rise."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contract_tests.conformance.places import PARTS, Location, part_of, places
from contract_tests.contract import Contract

FILE = Path(__file__).parent / "checked.yaml"
_BROKEN_RULES = "broken_rules"


@dataclass(frozen=True)
class Part:
    """The places of one part, each in words: all, those that were exercised, and those that were broken on purpose."""

    name: str
    places: tuple[str, ...]
    exercised: frozenset[str]
    broken: frozenset[str]

    @property
    def not_exercised(self) -> list[str]:
        """What no request or response of the run had."""
        return [place for place in self.places if place not in self.exercised]

    @property
    def not_broken(self) -> list[str]:
        """What the run never made wrong on purpose, so that it is not known whether the suite would notice."""
        return [place for place in self.places if place not in self.broken]

    @property
    def only_exercised(self) -> list[str]:
        """What came, and was never broken on purpose."""
        return [place for place in self.not_broken if place in self.exercised]

    @property
    def never_met(self) -> list[str]:
        """What was neither exercised nor broken on purpose."""
        return [place for place in self.not_exercised if place not in self.broken]

    def __str__(self) -> str:
        return f"{self.name} {len(self.exercised)} and {len(self.broken)} of {len(self.places)}"

    def as_json(self) -> dict[str, int | list[str]]:
        """Return the figures and the places without a check as JSON."""
        figures = {"places": len(self.places), "exercised": len(self.exercised), "broken_on_purpose": len(self.broken)}
        return {**figures, "not_exercised": self.not_exercised, "not_broken": self.not_broken, "never_met": self.never_met}


def checked(contract: Contract, seen: Mapping[Location, int], broken: Collection[Location]) -> list[Part]:
    """Return what was checked of each part."""
    every = list(places(contract, seen))
    of = {name: [place for place in every if part_of(place) == name] for name in PARTS}
    return [Part(name, tuple(map(_in_words, here)), _words(here, seen), _words(here, broken)) for name, here in of.items()]


def checked_rules(names: Iterable[str], exercised: Collection[str], file: Path = FILE) -> Part:
    """Return the rules as a part; those on file were broken on purpose by the wrong servers of scripts/mutation-score."""
    rules, broken = tuple(names), _recorded(file)[_BROKEN_RULES]
    return Part("rules", rules, frozenset(rules) & frozenset(exercised), frozenset(rules) & frozenset(broken))


def recorded_differences(parts: Iterable[Part], file: Path = FILE) -> Iterator[str]:
    """Return where the figures of a run are not those on file, with what to do about it."""
    recorded = _recorded(file)
    for part in parts:
        for name in ("not_exercised", "not_broken"):
            now, before = getattr(part, name), recorded.get(part.name, {}).get(name, 0)
            says = f"{part.name}: {len(now)} {name.replace('_', ' ')}, and {before} by {file.name}"
            if len(now) > before:
                yield f"{says}: check it again, or say {len(now)} there; they are {', '.join(now)}"
            elif len(now) < before:
                yield f"{says}: the suite does more than it did; say {len(now)} there"


def _recorded(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return document


def _words(here: Iterable[Location], among: Collection[Location]) -> frozenset[str]:
    return frozenset(_in_words(place) for place in here if place in among)


def _in_words(place: Location) -> str:
    return " ".join(filter(None, place))
