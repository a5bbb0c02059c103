"""The assumptions of the stand-in with which it reproduces what a run saw, and what it reproduces with none."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contract_tests.contract import Contract
from contract_tests.fit.comparing import differences
from contract_tests.fit.names import Own
from contract_tests.fit.proposals import choices
from contract_tests.fit.search import Search, Setting, Tried, Value
from contract_tests.messages import Exchange

if TYPE_CHECKING:
    from contract_tests.fit.replay import Replay

Place = tuple[str, str]  # the operation, and a JSON pointer with what is different there
_SHOWN = 10  # places that are printed


@dataclass(frozen=True)
class Fit:
    """What a run says of the assumptions of the stand-in."""

    defaults: Setting
    profile: dict[str, Value]  # of each assumption that matters to the requests the value that fits
    alike: dict[str, list[Value]]  # other values that fit as well
    not_distinguished: list[str]  # every value fits
    not_reproduced: Counter[Place]  # and in how many responses

    @property
    def others(self) -> dict[str, Value]:
        """What is assumed otherwise than by default."""
        return {name: value for name, value in self.profile.items() if value != self.defaults[name]}

    @property
    def as_profile(self) -> str:
        """The profile as `amili-sandbox --profile FILE` reads it."""
        return json.dumps(self.profile, indent=2) + "\n"

    def lines(self) -> Iterator[str]:
        """Yield what a run prints of it."""
        others = ", ".join(f"{name}={value}" for name, value in self.others.items()) or "none"
        yield f"{len(self.profile)} assumptions of the stand-in were tested; otherwise than by default: {others}"
        if self.alike:
            yield f"  other values fit as well: {', '.join(f'{name} ({_in_words(also)})' for name, also in self.alike.items())}"
        yield f"  not distinguished by this run: {', '.join(self.not_distinguished) or 'none'}"
        for (operation, place), number in self.not_reproduced.most_common(_SHOWN):
            yield f"  reproduced by no assumption: {operation}: {place} ({'once' if number == 1 else f'{number} times'})"
        if len(self.not_reproduced) > _SHOWN:
            yield f"  reproduced by no assumption: {len(self.not_reproduced) - _SHOWN} more places"

    def as_json(self) -> dict[str, Any]:
        """Return the fit for a report."""
        left = [{"operation": operation, "place": place, "responses": n} for (operation, place), n in self.not_reproduced.items()]
        fields = {"profile": self.profile, "other_than_by_default": self.others, "alike": self.alike}
        return {**fields, "not_distinguished": self.not_distinguished, "not_reproduced": left}


def _in_words(values: Sequence[Value]) -> str:
    numbers = [value for value in values if not isinstance(value, str)]
    return f"some from {min(numbers)} to {max(numbers)}" if len(numbers) > 1 else " or ".join(map(str, values))


def find_fit(exchanges: Sequence[Exchange], own: Own, contract: Contract) -> Fit:
    """Search the assumptions for what the exchanges of a run show; asks nothing but a stand-in in this process."""
    from contract_tests.fit.replay import replaying  # imports python-eve, which takes half a second

    usable = [exchange for exchange in exchanges if exchange.status < 500 and exchange.status != 429]
    known = choices(usable)
    with replaying(usable, own) as replay:

        def tried(setting: Setting, limits: Sequence[int]) -> Tried:
            missed: list[int] = []
            for position, (exchange, repetition, names) in enumerate(replay.ask(setting)):
                before = missed[-1] if missed else 0
                missed.append(before + sum(size for _, size in differences(exchange, repetition, names)))
                if missed[-1] > limits[min(position, len(limits) - 1)]:
                    return Tried(missed, replay.read, whole=False)
            return Tried(missed, replay.read)

        found = Search(tried, known).run()
        left = _not_reproduced(replay, found.setting, contract)
    all_fit = [name for name, values in found.fitting.items() if len(values) == len(known[name])]
    matter = {name: values for name, values in found.fitting.items() if name not in all_fit}
    return Fit(
        defaults={name: values[0] for name, values in known.items()},
        profile={name: values[0] for name, values in matter.items()},
        alike={name: values[1:] for name, values in matter.items() if len(values) > 1},
        not_distinguished=all_fit,
        not_reproduced=left,
    )


def _not_reproduced(replay: "Replay", setting: Setting, contract: Contract) -> Counter[Place]:
    """Return what a setting misses, apart from requests about what it does not have because of an earlier one."""
    left: Counter[Place] = Counter()
    for exchange, repetition, names in replay.ask(setting):
        follows = names.lacks(f"{exchange.url} {exchange.request_body.decode(errors='replace')}")
        places = {place for place, _ in differences(exchange, repetition, names) if place}
        operation = contract.find(exchange.method, exchange.path)
        if not follows:
            left.update((operation.id if operation else f"{exchange.method} {exchange.path}", place) for place in places)
    return left
