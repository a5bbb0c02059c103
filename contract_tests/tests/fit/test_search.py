"""The search alone, for a server of which it is known what it assumes."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, cycle, product

import pytest

from contract_tests.fit.search import Search, Setting, Tried, Value

CHOICES: Mapping[str, list[Value]] = {
    "etag": ["32", "24", "40"],
    "quota": ["off", "on"],
    "quota_headers": ["none", "eve", "ietf"],  # matter only with the quota on
    "retry_after": ["none", "seconds"],  # never asked for
    "size": [100, 50, 25],
}


def shows(setting: Setting) -> dict[str, Value]:
    headers = setting["quota_headers"] if setting["quota"] == "on" else "none"
    return {"etag": setting["etag"], "headers": headers, "is large": setting["size"] != 25}


def trying(server: Setting) -> Callable[[Setting, Sequence[int]], Tried]:
    def tried(setting: Setting, limits: Sequence[int]) -> Tried:
        read = {"etag", "quota", "size"} | ({"quota_headers"} if setting["quota"] == "on" else set())
        missed = [*accumulate(shows(setting)[name] != value for name, value in shows(server).items())]
        return Tried(missed, frozenset(read), all(each <= limit for each, limit in zip(missed, cycle(limits), strict=False)))

    return tried


@pytest.mark.parametrize("values", [*product(*CHOICES.values())], ids=lambda values: "-".join(map(str, values)))
def test_what_a_server_shows_is_found_whatever_it_assumes(values: tuple[Value, ...]) -> None:
    server = dict(zip(CHOICES, values, strict=True))
    found = Search(trying(server), CHOICES).run()
    assert found.missed == 0
    assert shows(found.setting) == shows(server)


def test_all_values_are_named_that_fit_as_well_the_chosen_one_first() -> None:
    server: Setting = {"etag": "40", "quota": "off", "quota_headers": "eve", "retry_after": "seconds", "size": 50}
    assert Search(trying(server), CHOICES).run().fitting == {
        "etag": ["40"],
        "quota": ["off", "on"],
        "quota_headers": ["none", "eve", "ietf"],
        "retry_after": ["none", "seconds"],
        "size": [100, 50],
    }


def test_what_no_setting_shows_keeps_no_other_value_from_being_found() -> None:
    def tried(setting: Setting, limits: Sequence[int]) -> Tried:
        return Tried([7 + (setting["etag"] != "24")], frozenset({"etag"}))

    found = Search(tried, CHOICES).run()
    assert (found.missed, found.setting["etag"], found.fitting["etag"]) == (7, "24", ["24"])


def test_what_misses_more_at_first_is_found_if_it_misses_less_in_the_end() -> None:
    def tried(setting: Setting, limits: Sequence[int]) -> Tried:
        missed = [1, 2] if setting["etag"] == "40" else [0, 5]
        return Tried(missed, frozenset({"etag"}), all(each <= limit for each, limit in zip(missed, cycle(limits), strict=False)))

    assert Search(tried, CHOICES).run().setting["etag"] == "40"
