"""What has changed since the last look: each change once, none lost to the whole seconds of the API's dates."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.overlay.support import Clients, reply
from tests.samples import case, page

START = datetime(2025, 10, 7, 12, tzinfo=UTC)


def rfc(at: datetime) -> str:
    return f"{at:%a, %d %b %Y %H:%M:%S} GMT"


class Vendor:
    """Cases with the time of their last change; answers as the API does."""

    def __init__(self) -> None:
        self.now, self.cases, self.requests = START, dict[str, dict[str, Any]](), 0
        self.updated = dict[str, datetime]()

    def change(self, number: int, capital: int = 500, *, dated: datetime | None = None, etag: str | None = None) -> str:
        identifier, at = f"{number + 1:024x}", dated or self.now
        before = self.cases.get(identifier, {}).get("_etag", f"{number:032x}")
        document = case(identifier, _updated=rfc(at), total_remaining_capital_amount=capital, _etag=etag or before)
        self.cases[identifier], self.updated[identifier] = document, at
        return identifier

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        found = sorted(self.cases)
        for part in self.parts(json.loads(request.url.params.get("where", "{}"))):
            if "_updated" in part:
                since = datetime.strptime(part["_updated"]["$gte"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
                found = [each for each in found if self.updated[each].replace(microsecond=0) >= since]
            elif part:
                found = [each for each in found if each > part["_id"]["$gt"]]
        return reply(page(*(self.cases[each] for each in found[:100]), total=len(found)))

    def parts(self, condition: Any) -> list[Any]:
        return [part for each in condition["$and"] for part in self.parts(each)] if "$and" in condition else [condition]


def ids(changes: Any) -> list[str]:
    return [each.id for each in changes]


def test_a_first_look_reads_all_and_the_next_only_what_changed(clients: Clients) -> None:
    vendor = Vendor()
    all_of_them = [vendor.change(number) for number in range(30)]
    amili = clients.answering(vendor)
    changes = amili.changes()
    assert ids(changes) == all_of_them
    vendor.now += timedelta(hours=1)
    changed = [vendor.change(number, 400) for number in range(20)]
    asked = vendor.requests
    assert ids(amili.changes(cursor=changes.cursor)) == changed
    assert vendor.requests == asked + 1


def test_a_look_without_changes_gives_nothing_again_and_again(clients: Clients) -> None:
    vendor = Vendor()
    vendor.change(1)
    amili = clients.answering(vendor)
    cursor = ""
    for count in (1, 0, 0):
        changes = amili.changes(cursor=cursor or None)
        assert len(ids(changes)) == count
        cursor = changes.cursor


def test_the_same_object_looks_again_from_where_it_ended(clients: Clients) -> None:
    vendor = Vendor()
    first = vendor.change(1)
    changes = clients.answering(vendor).changes()
    assert ids(changes) == [first]
    second = vendor.change(2)
    assert ids(changes) == [second]


def test_a_look_that_was_cut_short_is_repeated_whole(clients: Clients) -> None:
    vendor = Vendor()
    both = [vendor.change(1), vendor.change(2)]
    changes = clients.answering(vendor).changes(since=START)
    before = changes.cursor
    next(iter(changes))
    assert changes.cursor == before
    assert ids(changes) == both


def test_an_amount_that_changes_under_the_same_etag_in_the_same_second_is_seen(clients: Clients) -> None:
    vendor = Vendor()
    vendor.change(1, 500, etag="e" * 32)
    changes = clients.answering(vendor).changes()
    assert len(ids(changes)) == 1
    vendor.change(1, 400, etag="e" * 32)
    assert [each.total_remaining_capital_amount for each in changes] == [400]


def test_a_case_that_appears_up_to_five_minutes_late_is_seen(clients: Clients) -> None:
    vendor = Vendor()
    vendor.change(1)
    changes = clients.answering(vendor).changes()
    ids(changes)
    late = vendor.change(2, dated=START - timedelta(minutes=5))
    vendor.change(3, dated=START - timedelta(minutes=5, seconds=1))
    assert ids(changes) == [late]


def test_since_is_a_time_and_finds_what_changed_from_five_minutes_before_it(clients: Clients) -> None:
    vendor = Vendor()
    vendor.change(1, dated=START - timedelta(hours=1))
    wanted = vendor.change(2, dated=START - timedelta(minutes=4))
    assert ids(clients.answering(vendor).changes(since=START + timedelta(milliseconds=3))) == [wanted]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 400), st.booleans()), max_size=30))
def test_whatever_changes_within_the_overlap_each_state_is_given_once_and_the_last_never_missed(
    steps: list[tuple[int, int, bool]],
) -> None:
    made = Clients("sync")
    vendor = Vendor()
    changes, known = made.answering(vendor).changes(), dict[str, Any]()
    for number, seconds, look in [*steps, (0, 0, True)]:
        vendor.now += timedelta(seconds=seconds)
        vendor.change(number, number + 100 * seconds)
        if look:
            for each in changes:
                assert known.get(each.id) != each.to_dict()
                known[each.id] = each.to_dict()
            assert known.keys() == vendor.cases.keys()
            for name, document in vendor.cases.items():
                assert known[name]["total_remaining_capital_amount"] == document["total_remaining_capital_amount"]
    made.close()


def test_the_cursor_is_short_and_holds_no_personal_data(clients: Clients) -> None:
    vendor = Vendor()
    for number in range(300):
        vendor.change(number, dated=START + timedelta(minutes=number))
    changes = clients.answering(vendor).changes()
    assert len(ids(changes)) == 300
    assert len(changes.cursor) < 500
    assert "Test" not in changes.cursor


def test_a_whole_walk_is_due_after_a_week_or_if_there_never_was_one(clients: Clients) -> None:
    vendor = Vendor()
    amili = clients.answering(vendor)
    partial, whole = amili.changes(since=START), amili.changes()
    assert (partial.whole_walk_due, whole.whole_walk_due) == (True, True)
    ids(partial)
    ids(whole)
    assert (partial.whole_walk_due, whole.whole_walk_due) == (True, False)
    version, since, walked, seen = json.loads(whole.cursor)
    week_ago = (datetime.fromisoformat(walked) - timedelta(days=8)).isoformat()
    assert amili.changes(cursor=json.dumps([version, since, week_ago, seen])).whole_walk_due


def test_a_projection_gets_what_a_look_needs_and_is_given_as_asked(clients: Clients) -> None:
    asked = list[Any]()
    vendor = Vendor()
    vendor.change(1)

    def note(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.url.params["projection"]))
        return vendor(request)

    changes = clients.answering(note).changes(projection=["state"])
    assert len(ids(changes)) == 1
    assert ids(changes) == []
    assert asked[0] == {"_etag": 1, "_id": 1, "_updated": 1, "state": 1}


def test_a_case_without_its_date_is_given_each_time_rather_than_never(clients: Clients) -> None:
    vendor = Vendor()
    identifier = vendor.change(1)
    del vendor.cases[identifier]["_updated"]
    changes = clients.answering(vendor).changes(projection=["state"])
    assert (ids(changes), ids(changes)) == ([identifier], [identifier])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cursor": "x"}, "cursor= is not the cursor of an earlier changes"),
        ({"cursor": "[2,null,null,{}]"}, "cursor= is not the cursor"),
        ({"cursor": '[1,"soon",null,{}]'}, "cursor= is not the cursor"),
        ({"cursor": "[1,null,null,[]]"}, "cursor= is not the cursor"),
        ({"since": datetime(2025, 10, 7)}, "since= must be a datetime with a time zone"),
        ({"since": "2025-10-07"}, "since= must be a datetime with a time zone"),
        ({"since": START, "cursor": "[1,null,null,{}]"}, "not both"),
    ],
)
def test_arguments_that_say_nothing_are_refused_at_once(clients: Clients, options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        clients.answering(Vendor()).changes(**options)
