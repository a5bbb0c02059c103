"""Settings of the stand-in that the vendor's server may have, so few that any two choices still meet: for tests and the suite.

A setting is a dict of assumptions. The first has all defaults; each two choices of two assumptions are together in one of the
others. Left out is `quota`: a client that is refused must wait a minute, which no test does.
"""

import random
from collections.abc import Mapping, Sequence
from itertools import combinations

from amili_sandbox.state import ASSUMPTIONS

Setting = dict[str, str]
Choices = Mapping[str, Sequence[str]]
Choice = tuple[str, str]
LEFT_OUT = {"quota"}
CHOICES: Choices = {each.name: each.choices for each in ASSUMPTIONS if each.choices and each.name not in LEFT_OUT}


def settings(count: int = 40, seed: int = 1) -> list[Setting]:
    """Return at least so many settings, the same for each seed."""
    chance = random.Random(seed)
    found = [{name: values[0] for name, values in CHOICES.items()}, *pairwise(CHOICES, chance)]
    while len(found) < count:
        found.append({name: chance.choice(values) for name, values in CHOICES.items()})
    return found


def pairwise(choices: Choices, chance: random.Random) -> list[Setting]:
    """Return settings in which every two choices of two names are together at least once."""
    rows: list[Setting] = []
    missing = dict.fromkeys(_pairs([(name, value) for name, values in choices.items() for value in values]))
    while missing:
        row: Setting = dict(next(iter(missing)))
        for name in chance.sample(sorted(choices.keys() - row), len(choices) - len(row)):
            gains = {value: sum(frozenset({(name, value), other}) in missing for other in row.items()) for value in choices[name]}
            row[name] = chance.choice([value for value, gain in gains.items() if gain == max(gains.values())])
        for pair in _pairs(list(row.items())):
            missing.pop(pair, None)
        rows.append({name: row[name] for name in choices})
    return rows


def _pairs(choices: Sequence[Choice]) -> list[frozenset[Choice]]:
    return [frozenset(pair) for pair in combinations(choices, 2) if pair[0][0] != pair[1][0]]
