"""Which documents can satisfy a condition: what the indexes answer, and what remains to be evaluated."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import Decimal128, ObjectId

from amili_sandbox.store.bson_order import order_key
from amili_sandbox.store.conditions import Condition, Document, compile_condition
from amili_sandbox.store.index import RANGE_OPERATORS, Index, IndexSlice

SCALARS = (type(None), bool, int, float, str, ObjectId, datetime, Decimal128)
# Up to here, evaluating the documents of the smallest slice is faster than intersecting the slices.
SMALL = 20


@dataclass(frozen=True)
class Plan:
    """Candidate ordinals (None: every document) and the test that remains to be passed (None: none)."""

    candidates: IndexSlice | Sequence[int] | None
    test: Callable[[Document], bool] | None


def make_plan(condition: Condition, indexes: Mapping[str, Index], by_id: Mapping[Any, int]) -> Plan:
    """Decide how to find the documents that satisfy a condition."""
    slices: list[IndexSlice | Sequence[int]] = []
    exact = True
    for path, wanted in _conjuncts(condition):
        index = indexes.get(path)
        if path == "_id":
            part: IndexSlice | Sequence[int] | None = _with_id(by_id, wanted)
        else:
            part = _answer(index, wanted) if index is not None and index.usable else None
        if part is None:
            exact = False
        elif len(part) < len(by_id):  # a slice of all documents excludes none
            slices.append(part)
    # What indexes answer in full cannot be malformed; compiling the rest raises if it is.
    test = None if exact else compile_condition(condition)
    slices.sort(key=len)
    if len(slices) > 1 and len(slices[0]) <= SMALL:
        return Plan(slices[0], test or compile_condition(condition))
    if len(slices) > 1:
        return Plan(sorted(set(slices[0]).intersection(*slices[1:])), test)
    return Plan(slices[0] if slices else None, test)


def _conjuncts(condition: Condition) -> Iterator[tuple[str, Any]]:
    for name, wanted in condition.items():
        if name == "$and" and isinstance(wanted, list) and wanted and all(isinstance(part, dict) for part in wanted):
            for part in wanted:
                yield from _conjuncts(part)
        else:
            yield name, wanted


def _with_id(by_id: Mapping[Any, int], wanted: Any) -> list[int] | None:
    """Return the ordinals of the documents with one of the wanted ids; None if that is not all that is asked."""
    if isinstance(wanted, dict) and set(wanted) in ({"$eq"}, {"$in"}):
        [argument] = wanted.values()
        ids = argument if "$in" in wanted else [argument]
    else:
        ids = [wanted]
    if not isinstance(ids, list) or not all(isinstance(each, ObjectId) for each in ids):
        return None
    return sorted({by_id[each] for each in ids if each in by_id})


def _answer(index: Index, wanted: Any) -> IndexSlice | Sequence[int] | None:
    """Return exactly the ordinals that satisfy one conjunct, or None if the index cannot answer."""
    if isinstance(wanted, SCALARS):
        return index.equal(wanted)
    if not isinstance(wanted, dict) or not wanted:
        return None
    if set(wanted) == {"$eq"} and isinstance(wanted["$eq"], SCALARS):
        return index.equal(wanted["$eq"])
    if set(wanted) == {"$in"} and isinstance(wanted["$in"], list) and all(isinstance(item, SCALARS) for item in wanted["$in"]):
        distinct = {order_key(item): item for item in wanted["$in"]}
        return [ordinal for item in distinct.values() for ordinal in index.equal(item)]
    if set(wanted) <= RANGE_OPERATORS and all(isinstance(item, SCALARS) for item in wanted.values()):
        ranks = {order_key(bound)[0] for bound in wanted.values()}
        # null and not-a-number have rules of their own, which the evaluator applies.
        return index.between(wanted) if len(ranks) == 1 and not ranks & {5, 9} else None
    return None
