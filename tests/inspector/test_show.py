"""How values look: amounts, times, the chart, and requests to send again."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from amili_inspector import Debtor, LedgerRow, RequestDetail, RequestRow, RowStory, RunRow, has_status
from amili_inspector.show import (
    ago,
    amount,
    as_curl,
    as_python,
    duration,
    events_of,
    look_of,
    money_chart,
    parse_local,
    parts_of,
    size,
    ticked,
    time_tag,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.guide_calls import Api

NOON = datetime(2025, 10, 17, 12, tzinfo=UTC)
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def in_sweden(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Stockholm")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@given(st.decimals("-999999999.99", "999999999.99", places=2))
def test_an_amount_keeps_its_value_and_has_its_unit(value: Decimal) -> None:
    text = amount(value)
    assert text.endswith(f"{SPACE}SEK")
    digits = text.removesuffix(f"{SPACE}SEK").replace(SPACE, "").replace("\N{MINUS SIGN}", "-")
    assert Decimal(digits) == value


def test_numbers_have_their_units() -> None:
    assert amount(Decimal("-1234567.5"), "SEK").replace(SPACE, " ") == "\N{MINUS SIGN}1 234 567.50 SEK"
    assert [duration(each) for each in (0.0074, 1.54, None)] == [f"7{SPACE}ms", f"1.5{SPACE}s", "\N{EN DASH}"]
    assert [size(each) for each in (512, 3210, None)] == [f"512{SPACE}bytes", f"3.2{SPACE}kB", "\N{EN DASH}"]


@pytest.mark.usefixtures("in_sweden")
def test_a_time_is_local_with_utc_beside_it_and_a_day_stays_that_day() -> None:
    summer = datetime(2025, 7, 1, 23, 30, tzinfo=UTC)
    assert str(time_tag(summer)) == (
        '<time datetime="2025-07-01T23:30:00Z" title="2025-07-01 23:30:00 UTC" data-form="minute">2025-07-02 01:30</time>'
    )
    assert ">2025-07-01</time>" in time_tag(summer, "day")
    assert ">13:00:00</time>" in time_tag(NOON.replace(month=1), "clock")
    assert "9999-12-31" in time_tag(datetime(9999, 12, 31, 23, 59, tzinfo=UTC))


@pytest.mark.usefixtures("in_sweden")
def test_a_time_from_a_form_is_in_the_named_zone_or_the_machines() -> None:
    assert parse_local("2025-10-17T12:00") == NOON - timedelta(hours=2)
    assert parse_local("2025-10-17T12:00", "Asia/Tokyo") == NOON - timedelta(hours=9)
    assert parse_local("2025-10-17T12:00", "../etc/passwd") == NOON - timedelta(hours=2)
    assert parse_local("2025-10-17T12:00", "No/Where") == NOON - timedelta(hours=2)
    assert parse_local("2025-10-17T12:00:00+00:00", "Asia/Tokyo") == NOON
    with pytest.raises(ValueError, match="yesterday"):
        parse_local("yesterday")


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (timedelta(seconds=0.4), "now"),
        (timedelta(seconds=1), "in 1 second"),
        (timedelta(minutes=-90), "1 hour ago"),
        (timedelta(hours=30), "in 1 day"),
        (timedelta(days=6, hours=13), "in 7 days"),
        (timedelta(days=-8), "8 days ago"),
    ],
)
def test_how_long_ago_or_ahead(difference: timedelta, said: str) -> None:
    assert ago(NOON + difference, NOON) == said


steps = st.lists(st.tuples(st.integers(0, 10**8), st.decimals("0", "99999", places=2, allow_nan=False)), min_size=1, max_size=20)


@given(steps)
def test_a_chart_stays_within_its_picture_and_in_order(pairs: list[tuple[int, Decimal]]) -> None:
    moments = sorted(seconds for seconds, _ in pairs)
    balances = [(NOON + timedelta(seconds=at), value) for at, (_, value) in zip(moments, pairs, strict=True)]
    found = money_chart(balances, NOON + timedelta(days=2000))
    if found is None:
        assert all(value == 0 for _, value in balances)
        return
    assert all(0 <= mark.x <= found.width and 0 <= mark.y <= found.base for mark in found.marks)
    assert [mark.x for mark in found.marks] == sorted(mark.x for mark in found.marks)
    for one, other in zip(found.marks, found.marks[1:], strict=False):
        assert (one.y > other.y) <= (one.remaining < other.remaining), "more remains higher up"


def test_there_is_no_chart_of_nothing() -> None:
    assert money_chart([], NOON) is None
    assert money_chart([(NOON, Decimal(0))], NOON) is None
    assert money_chart([(NOON, Decimal(1))], NOON) is not None


COUNTS = st.dictionaries(
    st.sampled_from(["new", "sending", "done", "exists", "refused", "unknown", "found"]), st.integers(0, 10**6)
)


@given(COUNTS)
def test_the_bar_of_a_run_has_a_part_for_whatever_there_is_and_is_no_longer_than_the_whole(counts: dict[str, int]) -> None:
    parts = parts_of(RunRow(1, "register", "f.csv", "running", counts, counts.get("new", 0), 0, 0, NOON, None))
    assert {part.look for part in parts} == {look_of(state) for state, count in counts.items() if count and state != "new"}
    assert all(part.width >= 0.9 for part in parts)
    ends = [0.0, *(part.start + part.width for part in parts)]
    assert all(part.start == pytest.approx(end) for part, end in zip(parts, ends, strict=False))
    assert ends[-1] <= 100.1
    if sum(counts.values()) and not counts.get("new"):
        assert ends[-1] >= 99.9


def test_a_bar_shows_shares() -> None:
    row = RunRow(1, "register", "f.csv", "running", {"done": 50, "refused": 25, "new": 25}, 25, 0, 0, NOON, None)
    assert [(part.look, part.start, part.width) for part in parts_of(row)] == [("good", 0, 50), ("unsure", 50, 25)]
    assert (row.total, row.finished, row.percent) == (100, 75, 75)


def test_the_story_of_a_row_that_was_certainly_not_written_goes_on() -> None:
    row = LedgerRow(1, "faktura, maj.csv, row 2", "F1", "new", False, False, None, None, None, None)
    events = list(events_of(RowStory(row, "", NOON, 2, NOON, None, 0, "", None, {}, [], []), "not sent yet"))
    assert [each.title for each in events] == ["In the ledger", "Begun", "Not written", "No worker has it"]
    assert "this was attempt 2" in events[1].text
    assert [each.is_coming for each in events] == [False, False, False, True]
    assert row.short_place == "row 2"


def test_a_row_that_was_left_out_has_no_time_of_its_end() -> None:
    row = LedgerRow(1, "row 2", "", "skipped", False, False, None, None, None, None)
    events = list(events_of(RowStory(row, "", NOON, 0, None, None, 0, "", None, {}, [], []), "it was left out"))
    assert [(each.title, each.text, each.at) for each in events[1:]] == [("skipped", "It was left out.", None)]


def test_what_stands_between_backticks_is_code_and_the_rest_is_text() -> None:
    assert ticked("run `a <b>` & go") == "run <code>a &lt;b&gt;</code> &amp; go"


def test_a_debtor_is_masked_wherever_it_is_printed() -> None:
    debtor = Debtor("Åsa Öström-Ñandú", "42")
    assert debtor.masked == "Å… Ö…"
    assert "Åsa" not in repr(debtor)
    assert Debtor(" ").masked == "…"


@pytest.mark.parametrize(
    ("status", "done", "fault", "groups"),
    [
        (201, True, None, {"ok"}),
        (422, True, None, {"refused"}),
        (502, True, "html_502_after", {"failed", "fault"}),
        (None, True, "drop_after", {"none", "fault"}),
        (None, False, None, {"waiting"}),
    ],
)
def test_each_request_belongs_to_its_results(status: int | None, done: bool, fault: str | None, groups: set[str]) -> None:
    every = ("ok", "refused", "failed", "none", "waiting", "fault")
    assert {each for each in every if has_status(each, status=status, done=done, fault=fault)} == groups
    assert has_status("", status=status, done=done, fault=fault)


def detail_of(entry: dict[str, object], method: str, target: str) -> RequestDetail:
    row = RequestRow(1, NOON, NOON, "", method, target, "", 200, True, 200, None, 0.1, [])
    headers = {"x-api-key": "(hidden)", "content-type": "application/json", "host": "x", "user-agent": "y"}
    return RequestDetail(row, headers, {}, entry.get("request_body"), None, 0, 0)


@pytest.mark.parametrize("as_program", [False, True], ids=["curl", "python"])
def test_a_copied_request_can_be_sent_again(api: Api, as_program: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMILI_TOKEN", api.sandbox.token)
    monkeypatch.setenv("NO_PROXY", "*")
    api.register(invoice_number='it\'s $HOME `x` "å"')
    body = api.sandbox.requests(bodies=True)[-1]
    for detail in (
        detail_of(body, "POST", "/invoice-registration"),
        detail_of({}, "GET", "/cases?where=%7B%22debt.invoice_number%22%3A+%22it%27s%22%7D&sort=-_created"),
    ):
        if as_program:
            command = [sys.executable, "-c", as_python(detail, api.sandbox.base_url)]
        else:
            command = ["sh", "-c", as_curl(detail, api.sandbox.base_url)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
        if not as_program and done.returncode == 127:
            pytest.skip("there is no curl")
        assert done.returncode == 0, done.stderr
    again, read = api.sandbox.requests(bodies=True)[-2:]
    assert (again["status"], read["status"]) == (201, 200)
    assert again["request_body"] == body["request_body"]
    assert json.loads(read["query"]["where"]) == {"debt.invoice_number": "it's"}


def test_a_request_for_a_token_does_not_send_the_token_as_its_credential() -> None:
    detail = detail_of({}, "GET", "/authenticates/api-code")
    for text in (as_curl(detail, "http://localhost"), as_python(detail, "http://localhost")):
        assert "AMILI_SIGNED_JWT" in text
        assert "AMILI_TOKEN" not in text


def test_the_pages_need_no_stand_in_to_be_imported() -> None:
    code = "import sys, amili_inspector; sys.exit(any(name.split('.')[0] in ('amili', 'amili_sandbox') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 0  # noqa: S603
