"""Which rows of a window were seen before, and which are new.

Inside: walks over random lists show that a case was missed, not which rule let it pass.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from amili import Case, DecodeError, PartialCase
from amili._core.reading.seen import SeenById, SeenBySort, check_order

from tests.overlay.changing_server import Row, identifier
from tests.samples import case


def rows(text: str) -> list[Any]:
    """Rows of a list sorted by state, such as 3a 1b: a number and what it is sorted by; - is nothing to be seen."""
    named = [(int(each[:-1]), None if each[-1] == "-" else each[-1]) for each in text.split()]
    return [Row(id=identifier(number), state=state, etag="e", updated="u") for number, state in named]


def told(found: tuple[bool, list[Any]]) -> tuple[bool, list[int]]:
    return found[0], [int(each.id, 16) for each in found[1]]


def test_by_identifier_the_last_one_tells_all() -> None:
    seen = SeenById()
    assert told(seen.split_new(rows("3a 5a"))) == (False, [3, 5])
    seen = seen.add(rows("3a 5a"), rows("3a 5a"))
    assert told(seen.split_new(rows("4a 5a 6a"))) == (True, [6])
    assert told(seen.split_new(rows("6a"))) == (False, [6])
    assert told(seen.split_new([])) == (False, [])
    assert seen.add(rows("4a"), []) == seen


@pytest.mark.parametrize("wrong", ["2a 1a", "1a 1a", "1a 3a 2a"])
def test_another_order_than_by_identifier_is_found_out(wrong: str) -> None:
    for check in (check_order, SeenById().split_new):
        with pytest.raises(DecodeError, match="not in the requested order of identifiers") as caught:
            check(rows(wrong))
        assert (caught.value.operation, caught.value.path) == ("list_cases", "/_items")
    check_order(rows("1a 2a 3a"))


@pytest.mark.parametrize(
    ("window", "found"),
    [
        ("4b 5b", (False, [4, 5])),  # nothing that was passed: more may lie before it
        ("3b 4b", (True, [4])),
        ("2a 9a 3b 4b", (True, [4])),  # and between two that were passed
        ("9a 3b 4b", (True, [4])),  # 9 came when its place had been passed
        ("2c 4c", (False, [4])),  # 2 was given, but not there
        ("2c 3b 4b", (True, [4])),
        ("3b 2c 4c", (True, [4])),
        ("3b 4b 4b 5b", (True, [4, 5])),
        ("3b", (True, [])),
        ("", (False, [])),
    ],
)
def test_by_a_sort_what_was_given_counts_where_it_was_given(window: str, found: tuple[bool, list[int]]) -> None:
    seen = SeenBySort.of("state,_id")
    seen.add(rows("1a 2a 3b"), rows("1a 2a 3b"))
    assert told(seen.split_new(rows(window))) == found


def test_what_has_moved_counts_again_once_a_window_was_taken_that_holds_it() -> None:
    seen = SeenBySort.of("state")
    seen.add(rows("1a 2a"), rows("1a 2a"))
    assert seen.split_new(rows("1d"))[0] is False
    seen.add(rows("2a 8b 1d"), rows("8b"))
    assert told(seen.split_new(rows("1d 9d"))) == (True, [9])


def test_what_was_left_out_is_not_taken_for_given() -> None:
    seen = SeenBySort.of("state")
    seen.add(rows("1b"), rows("1b"))
    seen.add(rows("7a 1b 2b"), rows("2b"))
    assert told(seen.split_new(rows("7c"))) == (False, [7])


def test_what_is_not_to_be_seen_has_moved_if_the_case_has_changed() -> None:
    seen = SeenBySort.of("state,closed")
    seen.add(rows("1-"), rows("1-"))
    assert seen.split_new(rows("1-"))[0] is True
    for change in ({"etag": "f"}, {"updated": "v"}):
        changed = rows("1-")
        vars(changed[0]).update(change)
        assert seen.split_new(changed)[0] is False


def test_in_order_of_what_is_to_be_seen_other_changes_do_not_count() -> None:
    seen = SeenBySort.of("-state,_id")
    seen.add(rows("1a"), rows("1a"))
    changed = rows("1a")
    changed[0].etag = "f"
    assert seen.split_new(changed)[0] is True


@pytest.mark.parametrize(
    ("sort", "path", "value"),
    [
        ("_created", ("_created",), "Wed, 08 Oct 2025 07:41:01 GMT"),
        ("-debt.invoice_number", ("debt", "invoice_number"), "INV-2"),
        ("state,-customer_name", ("customer_name",), "Another Person"),
        ("debt.initial_capital", ("debt", "initial_capital"), 501.0),
    ],
)
def test_the_place_of_a_case_is_read_from_its_model(sort: str, path: tuple[str, ...], value: Any) -> None:
    for model in (Case, PartialCase):
        seen = SeenBySort.of(sort)
        first = model.from_dict(case())
        seen.add([first], [first])
        same = model.from_dict(case(_etag="other", closed={"at": "now"}))
        assert seen.split_new([same])[0] is True
        document = same.to_dict()
        place = document
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = value
        assert seen.split_new([model.from_dict(document)])[0] is False


@pytest.mark.parametrize("sort", ["transactions.amount", "no_such_property", "state.title", "debt.no_such_property"])
def test_by_lists_and_by_what_is_not_known_a_case_counts_while_it_is_unchanged(sort: str) -> None:
    seen = SeenBySort.of(sort)
    model = Case.from_dict(case())
    seen.add([model], [model])
    assert seen.split_new([Case.from_dict(case())])[0] is True
    assert seen.split_new([Case.from_dict(case(_etag="other"))])[0] is False


def test_identifiers_of_another_form_are_kept_as_they_are() -> None:
    seen = SeenBySort.of("state")
    strange = [SimpleNamespace(id="case-1", state="a")]
    seen.add(strange, strange)
    assert seen.split_new(strange) == (True, [])
    assert seen.split_new([SimpleNamespace(id="case-2", state="a")])[0] is False


def test_what_is_remembered_is_not_shown() -> None:
    seen = SeenBySort.of("state")
    seen.add(rows("1a"), rows("1a"))
    assert "1" not in repr(seen)
