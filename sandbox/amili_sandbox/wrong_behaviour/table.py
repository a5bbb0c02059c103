"""All contract faults, in two groups: how many of the held-out ones a contract suite notices is the fairer measure of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import ModuleType

from amili_sandbox.wrong_behaviour import (
    assumptions,
    behaviour,
    by_class_access,
    by_class_lists,
    by_class_properties,
    by_class_stored,
    by_class_wire,
    dates,
    held_out_later,
    held_out_later_queries,
    identity,
    lifecycle,
    money,
    queries,
    replies,
    values,
    wire,
)
from amili_sandbox.wrong_behaviour.contract_fault import ContractFault

# Those who wrote the held-out faults had not seen the contract suite.
GROUPS: Mapping[str, tuple[ModuleType, ...]] = {
    "known": (replies, values, behaviour, assumptions),
    "held out": (money, dates, queries, lifecycle, identity, wire),
    "held out later": (held_out_later, held_out_later_queries),
    "by class": (by_class_access, by_class_lists, by_class_properties, by_class_stored, by_class_wire),
}


def _faults() -> Iterator[ContractFault]:
    for group, modules in GROUPS.items():
        for module in modules:
            for value in vars(module).values():
                faults = value if isinstance(value, tuple) else (value,)
                yield from (replace(fault, group=group) for fault in faults if isinstance(fault, ContractFault))


CONTRACT_FAULTS = tuple(_faults())
