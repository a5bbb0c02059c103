"""Row by row what python-eve answers: paging, sorting, projection, where, errors, writing, caching.

Most rows are about Eve and not about the vendor's resources, so they run against a bare application on the same store.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.sandbox.eve.bare_eve import Probe, probe

Json = dict[str, Any]

NOT_FOUND = "The requested URL was not found on the server."
VAGUE_400 = "The browser (or proxy) sent a request that this server could not understand."
THINGS: Json = {
    "schema": {
        "a": {"type": "integer", "min": 0},
        "f": {"type": "float"},
        "n": {"type": "number"},
        "s": {"type": "string", "nullable": False},
        "flag": {"type": "boolean"},
        "when": {"type": "datetime"},
        "b": {"type": "dict", "schema": {"c": {"type": "integer"}, "d": {"type": "integer"}}},
        "l": {"type": "list", "schema": {"type": "integer"}},
        "o": {"type": "objectid", "data_relation": {"resource": "things", "embeddable": True}},
        "u": {"type": "string", "unique": True},
        "r": {"type": "string", "readonly": True},
        "color": {"type": "string", "allowed": ["red", "blue"]},
    }
}
STRICT: Json = {"schema": {"name": {"type": "string", "required": True}}, "bulk_enabled": False}
FILTERED: Json = {"schema": {"s": {"type": "string"}, "a": {"type": "integer"}}, "allowed_filters": ["s"]}
UNFILTERED: Json = {"schema": {"a": {"type": "integer"}}, "allowed_filters": []}
UNPAGED: Json = {"schema": {"a": {"type": "integer"}}, "pagination": False}
FAST: Json = {"schema": {"a": {"type": "integer"}}, "optimize_pagination_for_speed": True}


@pytest.fixture(scope="module")
def running() -> Iterator[Probe]:
    domain = {
        "things": THINGS,
        "strict": STRICT,
        "filtered": FILTERED,
        "unfiltered": UNFILTERED,
        "unpaged": UNPAGED,
        "fast": FAST,
    }
    with probe(domain, {"things": ("a",)}, PAGINATION_LIMIT=50) as running:
        yield running


@pytest.fixture(scope="module")
def other() -> Iterator[httpx.Client]:
    """A server that is set up as the vendor's, to all appearance, is not."""
    things = {"schema": {"a": {"type": "integer"}}}
    with probe({"things": things}, {}, ENFORCE_IF_MATCH=False, VALIDATE_FILTERS=True, HATEOAS=True) as running:
        yield running.http


@pytest.fixture
def http(running: Probe) -> httpx.Client:
    """Sixty things: a counts up, s is x or y, and every third has an l."""
    for name in ("things", "strict", "filtered", "unfiltered", "unpaged", "fast"):
        running.database[name].delete_many({})
    now = datetime.now(UTC)
    meta = {"_created": now, "_updated": now}
    things = [{"a": n, "s": "xy"[n % 2], "b": {"c": n, "d": 0}, **({} if n % 3 else {"l": [n, 1]}), **meta} for n in range(60)]
    running.database["things"].insert_many([{**thing, "_etag": f"{n:040}"} for n, thing in enumerate(things)])
    for name in ("filtered", "unfiltered", "unpaged", "fast"):
        running.database[name].insert_many([{"a": n, "_etag": "0", **meta} for n in range(60)])
    return running.http


def numbers(answer: httpx.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [item["a"] for item in answer.json()["_items"]]


def is_html_500(answer: httpx.Response) -> bool:
    return answer.status_code == 500 and answer.headers["content-type"].startswith("text/html")


def complains(answer: httpx.Response, status: int, message: str) -> bool:
    body = answer.json()
    return answer.status_code == status and body["_status"] == "ERR" and message in body["_error"]["message"]


class TestPaging:
    def test_default_page(self, http: httpx.Client) -> None:
        answer = http.get("/things")
        assert numbers(answer) == list(range(25))
        assert answer.json()["_meta"] == {"page": 1, "max_results": 25, "total": 60}
        assert answer.headers["x-total-count"] == "60"
        assert "last-modified" in answer.headers
        assert "etag" not in answer.headers
        assert "cache-control" not in answer.headers
        assert "_links" not in answer.json()

    @pytest.mark.parametrize(
        ("asked", "effective"),
        [("50", 50), ("51", 50), ("1000", 50), ("0", 25), ("-1", 25), ("abc", 25), ("", 25), ("2.7", 2)],
    )
    def test_max_results(self, http: httpx.Client, asked: str, effective: int) -> None:
        answer = http.get("/things", params={"max_results": asked})
        assert answer.json()["_meta"]["max_results"] == len(numbers(answer)) == effective

    @pytest.mark.parametrize(("asked", "page"), [("0", 1), ("abc", 1), ("1.5", 1), ("2", 2), ("-2", 2)])
    def test_page(self, http: httpx.Client, asked: str, page: int) -> None:
        answer = http.get("/things", params={"page": asked})
        assert answer.json()["_meta"]["page"] == page
        assert numbers(answer)[0] == (page - 1) * 25

    def test_page_past_the_end(self, http: httpx.Client) -> None:
        answer = http.get("/things?page=99")
        assert answer.json() == {"_items": [], "_meta": {"page": 99, "max_results": 25, "total": 60}}
        assert "last-modified" not in answer.headers

    def test_page_beyond_64_bits(self, http: httpx.Client) -> None:
        assert is_html_500(http.get(f"/things?page={10**20}"))

    def test_without_pagination(self, http: httpx.Client) -> None:
        answer = http.get("/unpaged")
        assert len(answer.json()["_items"]) == 60
        assert "_meta" not in answer.json()
        assert answer.headers["x-total-count"] == "60"

    def test_optimised_pagination_has_no_total(self, http: httpx.Client) -> None:
        answer = http.get("/fast")
        assert "total" not in answer.json()["_meta"]
        assert "x-total-count" not in answer.headers


class TestSorting:
    @pytest.mark.parametrize("sort", ["s,-a", "s, -a", '[("s", 1), ("a", -1)]', '[["s", 1], ["a", -1]]', '{"s": 1, "a": -1}'])
    def test_spellings(self, http: httpx.Client, sort: str) -> None:
        assert numbers(http.get("/things", params={"sort": sort, "max_results": "3"})) == [58, 56, 54]

    def test_a_list_of_names(self, http: httpx.Client) -> None:
        assert numbers(http.get("/things", params={"sort": "['s', 'a']", "max_results": "2"})) == [0, 2]

    def test_one_field(self, http: httpx.Client) -> None:
        assert numbers(http.get("/things?sort=-a&max_results=2&page=2")) == [57, 56]

    def test_dotted_field(self, http: httpx.Client) -> None:
        assert numbers(http.get("/things?sort=-b.c&max_results=1")) == [59]

    def test_unknown_field_changes_nothing(self, http: httpx.Client) -> None:
        assert numbers(http.get("/things?sort=nothing&max_results=3")) == [0, 1, 2]

    @pytest.mark.parametrize("sort", ["[(", "-", "a b", "5", "('a',1)"])
    def test_malformed_is_400(self, http: httpx.Client, sort: str) -> None:
        assert complains(http.get("/things", params={"sort": sort}), 400, VAGUE_400)

    @pytest.mark.parametrize("sort", ["a,", "[('a',)]"])
    def test_malformed_and_unforeseen_is_500(self, http: httpx.Client, sort: str) -> None:
        assert is_html_500(http.get("/things", params={"sort": sort}))


class TestProjection:
    META = frozenset({"_id", "_created", "_updated", "_etag"})

    @pytest.mark.parametrize(
        ("projection", "fields"),
        [
            ('{"a": 1}', {"a"}),
            ('{"a": 0, "b": 0, "l": 0}', {"s"}),
            ('{"_etag": 0, "_id": 0, "b": 0, "l": 0, "s": 0}', {"a"}),
            ('{"a": 1, "s": 0}', {"a"}),
            ('{"nothing": 1}', set()),
            ("{}", {"a", "s", "b", "l"}),
        ],
    )
    def test_fields(self, http: httpx.Client, projection: str, fields: set[str]) -> None:
        [first, *_] = http.get("/things", params={"projection": projection}).json()["_items"]
        assert set(first) == self.META | fields

    def test_part_of_a_sub_document(self, http: httpx.Client) -> None:
        answer = http.get("/things", params={"projection": '{"b.c": 1}', "max_results": "1"})
        assert answer.json()["_items"][0]["b"] == {"c": 0}

    @pytest.mark.parametrize("projection", ['["a"]', "a"])
    def test_malformed_is_400(self, http: httpx.Client, projection: str) -> None:
        assert complains(http.get("/things", params={"projection": projection}), 400, VAGUE_400)


class TestOtherQueryArguments:
    def test_embedded(self, http: httpx.Client) -> None:
        first = http.get("/things?max_results=1").json()["_items"][0]["_id"]
        made = http.post("/things", json={"a": 100, "o": first}).json()["_id"]
        answer = http.get(f"/things/{made}", params={"embedded": '{"o": 1}'}).json()
        assert answer["o"]["a"] == 0
        assert http.get(f"/things/{made}", params={"embedded": '{"x": 1}'}).json()["o"] == first

    @pytest.mark.parametrize("embedded", ["{bad", "[]"])
    def test_malformed_embedded_is_a_400_with_a_reason(self, http: httpx.Client, embedded: str) -> None:
        answer = http.get("/things", params={"embedded": embedded})
        assert complains(answer, 400, "Unable to parse `embedded` clause")

    def test_of_two_wheres_the_first_counts_and_case_matters(self, http: httpx.Client) -> None:
        assert numbers(http.get('/things?where={"a":1}&where={"a":2}')) == [1]
        assert len(numbers(http.get('/things?WHERE={"a":1}&colour=blue'))) == 25

    def test_pretty(self, http: httpx.Client) -> None:
        assert '\n    "_items": [' in http.get("/things?pretty").text

    def test_trailing_slash(self, http: httpx.Client) -> None:
        assert http.get("/things/").status_code == 200
        [first, *_] = http.get("/things").json()["_items"]
        assert http.get(f"/things/{first['_id']}/").status_code == 200

    def test_head_and_options(self, http: httpx.Client) -> None:
        head = http.head("/things")
        assert (head.status_code, head.content, head.headers["x-total-count"]) == (200, b"", "60")
        options = http.options("/things")
        assert options.status_code == 200
        assert {"GET", "POST", "DELETE"} <= set(options.headers["allow"].replace(" ", "").split(","))


class TestWhere:
    @pytest.mark.parametrize(
        ("where", "total"),
        [
            ("", 60),
            ('{"a": {"$gte": 50}}', 10),
            ('{"nofield": 1}', 0),
            ('{"nofield": null}', 60),
            ('{"_id": "notanid"}', 0),
            ('{"l.0": 3}', 1),
            ('{"l": {"$size": 2}}', 20),
            ('{"b": {"c": 1, "d": 0}}', 1),
            ('{"b": {"d": 0, "c": 1}}', 0),
            ('{"_created": {"$gte": "2000-01-01T00:00:00Z"}}', 0),
            ('{"_created": {"$gte": "Sat, 01 Jan 2000 00:00:00 GMT"}}', 60),
            ('{"_created": {"$gte": "Mon, 1 Jan 2000 00:00:00 gmt"}}', 60),
            # Python syntax
            ('s=="x"', 30),
            ('s=="x" and a>=50', 5),
            ("a==1 or a==2", 2),
            ("b.c==1", 1),
            ('_id==ObjectId("68e4c40d93ee14723d28fa95")', 0),
            ("_created>=datetime(2000,1,1)", 60),
            # Python syntax that means something else
            ("a==-1", 1),
            ("s==True", 0),
            ("a==1==2", 1),
            ("a==[1]", 1),
            ('b["c"]==1', 0),
        ],
    )
    def test_total(self, http: httpx.Client, where: str, total: int) -> None:
        answer = http.get("/things", params={"where": where})
        assert answer.status_code == 200, answer.text
        assert answer.json()["_meta"]["total"] == total

    def test_an_id_in_python_syntax(self, http: httpx.Client) -> None:
        [first, *_] = http.get("/things").json()["_items"]
        found = http.get("/things", params={"where": f'_id==ObjectId("{first["_id"]}")'})
        assert numbers(found) == [first["a"]]

    @pytest.mark.parametrize(
        "where",
        [
            '{"$foo": 1}',
            '{"a": {"$foo": 1}}',
            '{"_created": {"$date": 1}}',
            '{"_id": {"$oid": "68e4c40d93ee14723d28fa95"}}',
            '{"$where": "1"}',
            '{"s": {"$regex": "x"}}',
            "{bad",
            "{'a': 1}",
            '{"": 1}',
            "not a==1",
            "a=1",
            "a",
        ],
    )
    def test_400_without_a_reason(self, http: httpx.Client, where: str) -> None:
        answer = http.get("/things", params={"where": where})
        assert complains(answer, 400, VAGUE_400)

    @pytest.mark.parametrize(
        "where",
        [
            "[]", "[1]", "3", '"x"', "null",
            "a in [1]", "f(a)==1", "5==a",
            '{"$and": []}', '{"$or": {}}', '{"a": {"$in": "x"}}', '{"$text": {"$search": "x"}}',
        ],
    )  # fmt: skip
    def test_html_500(self, http: httpx.Client, where: str) -> None:
        assert is_html_500(http.get("/things", params={"where": where}))

    def test_malformed_operators_are_found_in_an_empty_collection_too(self, http: httpx.Client) -> None:
        assert is_html_500(http.get("/strict", params={"where": '{"name": {"$in": "x"}}'}))

    def test_a_filter_that_is_not_allowed_is_a_400_with_a_reason(self, http: httpx.Client) -> None:
        assert complains(http.get('/filtered?where={"a":1}'), 400, "filter on 'a' not allowed")
        assert http.get('/filtered?where={"s":"x"}').status_code == 200

    def test_with_no_filter_allowed_where_is_not_even_read(self, http: httpx.Client) -> None:
        assert http.get("/unfiltered?where={bad").json()["_meta"]["total"] == 60

    def test_array_paths(self, http: httpx.Client) -> None:
        assert numbers(http.get("/things", params={"where": '{"l": {"$elemMatch": {"$gt": 56}}}'})) == [57]


class TestErrors:
    def test_unknown_path_bad_id_and_missing_item(self, http: httpx.Client) -> None:
        for path in ("/nothing", "/things/xyz", "/things/68E4C40D93EE14723D28FA95", "/things/68e4c40d93ee14723d28fa95"):
            assert complains(http.get(path), 404, NOT_FOUND)

    def test_method_not_allowed(self, http: httpx.Client) -> None:
        answer = http.patch("/things", json={})
        assert complains(answer, 405, "The method is not allowed")
        assert "allow" not in answer.headers

    def test_content_types(self, http: httpx.Client) -> None:
        for headers in ({}, {"Content-Type": "text/plain"}):
            answer = http.post("/things", content=b'{"a": 1}', headers=headers)
            assert complains(answer, 400, "Unknown or no Content-Type header supplied")
        assert http.post("/things", data={"a": "1"}).status_code == 201

    @pytest.mark.parametrize("body", ["{bad", "[]", "null"])
    def test_bodies_that_are_400(self, http: httpx.Client, body: str) -> None:
        answer = http.post("/things", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400

    def test_empty_object_lacks_what_is_required(self, http: httpx.Client) -> None:
        answer = http.post("/strict", json={})
        assert answer.json() == {
            "_status": "ERR",
            "_issues": {"name": "required field"},
            "_error": {"code": 422, "message": "Insertion failure: 1 document(s) contain(s) error(s)"},
        }

    def test_scalar_body_is_500(self, http: httpx.Client) -> None:
        assert is_html_500(http.post("/things", content="3", headers={"Content-Type": "application/json"}))

    def test_accepting_xml_still_gets_json(self, http: httpx.Client) -> None:
        assert http.get("/things", headers={"Accept": "application/xml"}).json()["_meta"]

    @pytest.mark.parametrize(
        ("body", "issues"),
        [
            ({"x": 1}, {"x": "unknown field"}),
            ({"_etag": "1"}, {"_etag": "unknown field"}),
            ({"_created": "1"}, {"_created": "unknown field"}),
            ({"r": "1"}, {"r": "field is read-only"}),
            ({"s": 1}, {"s": "must be of string type"}),
            ({"s": None}, {"s": "null value not allowed"}),
            ({"color": "green"}, {"color": "unallowed value green"}),
            ({"a": -1}, {"a": "min value is 0"}),
            ({"flag": "yes"}, {"flag": "must be of boolean type"}),
            ({"when": "2025-10-07T07:41:01Z"}, {"when": "must be of datetime type"}),
            ({"l": [1, 2, "x"]}, {"l": {"2": "must be of integer type"}}),
            ({"b": {"c": "x"}}, {"b": {"c": "must be of integer type"}}),
            (
                {"o": "68e4c40d93ee14723d28fa95"},
                {"o": "value '68e4c40d93ee14723d28fa95' must exist in resource 'things', field '_id'."},
            ),
        ],
    )
    def test_issues(self, http: httpx.Client, body: Json, issues: Json) -> None:
        answer = http.post("/things", json=body)
        assert answer.status_code == 422
        assert answer.json()["_issues"] == issues


class TestWriting:
    def test_one(self, http: httpx.Client) -> None:
        answer = http.post("/things", json={"a": 1})
        assert answer.status_code == 201
        assert list(answer.json()) == ["_updated", "_created", "_etag", "_id", "_status"]
        assert answer.headers["location"] == f"{str(http.base_url).rstrip('/')}/things/{answer.json()['_id']}"
        assert "etag" not in answer.headers

    def test_many(self, http: httpx.Client) -> None:
        answer = http.post("/things", json=[{"a": 1}, {"a": 2}])
        assert answer.status_code == 201
        assert answer.json()["_status"] == "OK"
        assert answer.headers["location"].endswith(answer.json()["_items"][0]["_id"])
        assert "_items" not in http.post("/things", json=[{"a": 1}]).json()

    def test_many_with_one_bad_writes_nothing(self, http: httpx.Client) -> None:
        answer = http.post("/things", json=[{"a": 1}, {"a": -1}])
        assert answer.status_code == 422
        assert answer.json()["_items"] == [{"_status": "OK"}, {"_status": "ERR", "_issues": {"a": "min value is 0"}}]
        assert http.get("/things").json()["_meta"]["total"] == 60

    def test_many_where_it_is_switched_off(self, http: httpx.Client) -> None:
        assert complains(http.post("/strict", json=[{"name": "x"}, {"name": "y"}]), 400, VAGUE_400)

    def test_unique_is_checked_against_the_store_but_not_within_a_list(self, http: httpx.Client) -> None:
        assert http.post("/things", json=[{"u": "q"}, {"u": "q"}]).status_code == 201
        assert http.post("/things", json={"u": "q"}).json()["_issues"] == {"u": "value 'q' is not unique"}

    def test_own_id_once(self, http: httpx.Client) -> None:
        own = "68e4c40d93ee14723d28fa95"
        assert http.post("/things", json={"_id": own}).json()["_id"] == own
        assert http.post("/things", json={"_id": own}).status_code == 409

    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ({"b.c": 1}, {"b": {"c": 1}}),
            ({"f": 50}, {"f": 50.0}),
            ({"f": "12.5"}, {"f": 12.5}),
            ({"a": "5"}, {"a": 5}),
            ({"a": 5.7}, {"a": 5}),
            ({"n": "5"}, {"n": 5}),
            ({"flag": "true"}, {"flag": True}),
            ({"flag": 1}, {"flag": True}),
            ({"when": "Tue, 07 Oct 2025 07:41:01 GMT"}, {"when": "Tue, 07 Oct 2025 07:41:01 GMT"}),
        ],
    )
    def test_leniency(self, http: httpx.Client, sent: Json, stored: Json) -> None:
        made = http.post("/things", json=sent).json()["_id"]
        assert http.get(f"/things/{made}").json().items() >= stored.items()

    def test_object_ids_are_taken_in_any_case_and_echoed_in_lower(self, http: httpx.Client) -> None:
        first = http.get("/things?max_results=1").json()["_items"][0]["_id"]
        made = http.post("/things", json={"o": first.upper()}).json()["_id"]
        assert http.get(f"/things/{made}").json()["o"] == first

    def test_not_a_number_gets_in_and_breaks_every_later_page(self, http: httpx.Client) -> None:
        body = json.dumps({"f": float("nan")})
        assert http.post("/things", content=body, headers={"Content-Type": "application/json"}).status_code == 201
        assert is_html_500(http.get("/things?page=3"))
        assert http.get("/things").status_code == 200

    def test_dates_are_whole_seconds_and_equal_on_insertion(self, http: httpx.Client) -> None:
        receipt = http.post("/things", json={"a": 1}).json()
        assert receipt["_created"] == receipt["_updated"]

    def test_patch(self, http: httpx.Client) -> None:
        made = http.post("/things", json={"a": 1}).json()
        path, match = f"/things/{made['_id']}", {"If-Match": made["_etag"]}
        assert complains(http.patch(path, json={"a": 2}), 428, "")
        assert complains(http.patch(path, json={"a": 2}, headers={"If-Match": "x"}), 412, "etags don't match")
        bad = http.patch(path, json={"a": -2}, headers=match)
        assert (bad.status_code, bad.json()) == (422, {"_issues": {"a": "min value is 0"}, "_status": "ERR"})
        good = http.patch(path, json={"a": 2}, headers=match)
        assert good.status_code == 200
        assert good.headers["etag"] == f'"{good.json()["_etag"]}"'
        assert http.get(path).json()["a"] == 2
        assert http.patch("/things/68e4c40d93ee14723d28fa95", json={"a": 2}).status_code == 404

    def test_put_replaces_and_creates(self, http: httpx.Client) -> None:
        made = http.post("/things", json={"a": 1, "s": "x"}).json()
        answer = http.put(f"/things/{made['_id']}", json={"a": 2}, headers={"If-Match": made["_etag"]})
        assert answer.status_code == 200
        assert "s" not in http.get(f"/things/{made['_id']}").json()
        created = http.put("/things/68e4c40d93ee14723d28fa95", json={"a": 3})
        assert created.status_code == 201
        assert created.headers["location"].endswith("/things/68e4c40d93ee14723d28fa95")

    def test_delete(self, http: httpx.Client) -> None:
        made = http.post("/things", json={"a": 1}).json()
        path = f"/things/{made['_id']}"
        assert http.delete(path).status_code == 428
        assert http.delete(path, headers={"If-Match": made["_etag"]}).status_code == 204
        assert http.delete(path, headers={"If-Match": made["_etag"]}).status_code == 204  # of nothing
        assert http.get(path).status_code == 404
        assert http.delete("/things").status_code == 204
        assert http.get("/things").json()["_items"] == []

    def test_method_override(self, http: httpx.Client) -> None:
        answer = http.post("/things", headers={"X-HTTP-Method-Override": "GET"})
        assert len(numbers(answer)) == 25


class TestCaching:
    @pytest.fixture
    def item(self, http: httpx.Client) -> tuple[str, str]:
        made = http.post("/things", json={"a": 1}).json()
        return f"/things/{made['_id']}", made["_etag"]

    @pytest.mark.parametrize(
        ("spell", "status"),
        [
            (lambda etag: etag, 304),
            (lambda etag: f'"{etag}"', 304),
            (lambda etag: f'W/"{etag}"', 304),
            (lambda _: "*", 200),
            (lambda etag: f'"x", "{etag}"', 200),
            (lambda _: '"x"', 200),
        ],
    )
    def test_if_none_match(self, http: httpx.Client, item: tuple[str, str], spell: Callable[[str], str], status: int) -> None:
        path, etag = item
        answer = http.get(path, headers={"If-None-Match": spell(etag)})
        assert answer.status_code == status
        assert (answer.content == b"") == (status == 304)

    def test_if_modified_since(self, http: httpx.Client, item: tuple[str, str]) -> None:
        path, etag = item
        modified = http.get(path).headers["last-modified"]
        long_ago = "Sat, 01 Jan 2000 00:00:00 GMT"
        assert http.get(path, headers={"If-Modified-Since": modified}).status_code == 304
        assert http.get(path, headers={"If-Modified-Since": long_ago}).status_code == 200
        assert is_html_500(http.get(path, headers={"If-Modified-Since": "yesterday"}))
        both = {"If-None-Match": etag, "If-Modified-Since": long_ago}
        assert http.get(path, headers=both).status_code == 200
        assert http.get("/things", headers={"If-Modified-Since": modified}).status_code == 200


class TestOtherSettings:
    """What Eve does when it is set up in ways that the vendor, to all appearance, did not choose."""

    def test_if_match_is_optional_when_it_is_not_enforced(self, other: httpx.Client) -> None:
        made = other.post("/things", json={"a": 1}).json()
        path = f"/things/{made['_id']}"
        assert other.patch(path, json={"a": 2}).status_code == 200
        assert other.patch(path, json={"a": 2}, headers={"If-Match": "x"}).status_code in (200, 412)
        assert other.delete(path).status_code == 204

    @pytest.mark.parametrize("where", ['{"x": 1}', '{"a": {"$gt": 1}}', '{"_created": {"$gt": "x"}}'])
    def test_validated_filters_refuse_more_than_one_would_think(self, other: httpx.Client, where: str) -> None:
        answer = other.get("/things", params={"where": where})
        assert answer.status_code == 400
        assert other.get("/things", params={"where": '{"a": 1}'}).status_code == 200

    def test_links(self, other: httpx.Client) -> None:
        other.post("/things", json={"a": 1})
        assert {"self", "parent"} <= set(other.get("/things").json()["_links"])
        assert other.get("/").json()["_links"]["child"] == [{"href": "things", "title": "things"}]
