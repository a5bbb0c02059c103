"""A stand-in in this process that is asked what a run asked, with the assumptions that are to be tried."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import jwt
from amili_sandbox.domain import parse_scenario
from amili_sandbox.http import Request
from amili_sandbox.server import Sandbox
from amili_sandbox.state import Assumptions
from bson import ObjectId

from contract_tests.fit.before import earlier_registrations
from contract_tests.fit.names import Names, Own, moment
from contract_tests.fit.search import Setting
from contract_tests.messages import Exchange, dumps

_PACE, _STEP = 0.7, 0.001  # seconds between responses without a date, and between those of one second
_A_DAY = 86400.0
_OWN_TOKEN = re.compile(r"\$\{?AMILI_TOKEN(%\?)?\}?(\w*)")


class _NotedAssumptions(Assumptions):
    """Assumptions that remember which of them were asked for."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        super().__init__()

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        return super().__getitem__(name)

    def number(self, name: str) -> float:
        """Return the value of an assumption that is a number, and note that it was asked for."""
        self.read.add(name)
        return super().number(name)


class Replay:
    """Repeats the requests of a run on a stand-in, by a clock that shows the times of the run."""

    def __init__(self, exchanges: Sequence[Exchange], own: Own, sandbox: Sandbox, assumptions: _NotedAssumptions) -> None:
        self._exchanges, self._sandbox, self._assumptions = exchanges, sandbox, assumptions
        known = sandbox.accounts[0]
        self._token: str = known["token"]
        self._account = ObjectId(known["account"])
        self._names = {own.account: known["account"], own.creditor: known["creditor"]}
        self._form = _form_of(own.token)
        self._moments = list(_moments(exchanges))
        self._earlier = earlier_registrations(exchanges)

    @property
    def read(self) -> frozenset[str]:
        """The assumptions that the last repetition depended on."""
        return frozenset(self._assumptions.read)

    def ask(self, setting: Setting) -> Iterator[tuple[Exchange, Exchange, Names]]:
        """Yield each exchange of the run with its repetition, after one that has the form of their tokens for a body."""
        self._sandbox.reset()
        self._assumptions.read.clear()
        self._sandbox.assume(dict(setting))
        names = Names(self._names)
        self._sandbox.state.clock.set(now=self._moments[0] - _A_DAY, frozen=True)
        names.only_new |= {str(self._repeat(each, names).object_or_empty.get("_case")) for each in self._earlier}
        yield self._form, _form_of(self._sandbox.authentication.issue(self._account)), names
        for exchange, at in zip(self._exchanges, self._moments, strict=True):
            self._sandbox.state.clock.set(now=at, frozen=True)
            yield exchange, self._repeat(exchange, names), names

    def _repeat(self, exchange: Exchange, names: Names) -> Exchange:
        parts = urlsplit(exchange.url)
        target = names.translated(f"{parts.path}?{parts.query}" if parts.query else parts.path)
        headers = [(name, value) for name, value in exchange.request_headers.items() if name in ("content-type", "accept")]
        if (sent := exchange.request_headers.get("x-api-key")) is not None:
            headers.append(("X-API-Key", self._own(sent)))
        body = names.translated(exchange.request_body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        reply = self._sandbox(Request(exchange.method, target, headers, body))
        named = {name.lower(): value for name, value in reply.headers}
        return Exchange(exchange.method, exchange.url, reply.status, headers=named, body=reply.body)

    def _own(self, sent: str) -> str:
        """Return the stand-in's token where the run sent its own, with the change that the run made to it."""
        found = _OWN_TOKEN.fullmatch(sent)
        if found is None:
            return sent
        return self._token[:-1] if found[1] else self._token + found[2]


@contextmanager
def replaying(exchanges: Sequence[Exchange], own: Own) -> Iterator[Replay]:
    """Start a stand-in that repeats the requests of a run, which was made with the credentials of one account."""
    assumptions = _NotedAssumptions()
    with tempfile.TemporaryDirectory(prefix="contract-fit-") as folder:
        sandbox = Sandbox(Path(folder), assumptions=assumptions, scenario=parse_scenario("empty"))
        try:
            yield Replay(exchanges, own, sandbox, assumptions)
        finally:
            sandbox.close()


def _form_of(token: str) -> Exchange:
    """Return what can be said of a token without showing it, as the body of a response."""
    form: Mapping[str, object] = {"kind": "opaque"}
    try:
        header, claims = jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})
        form = {"kind": "jwt", "algorithm": header["alg"], "claims": dict.fromkeys(claims)}
    except (jwt.InvalidTokenError, LookupError):
        pass
    return Exchange(
        "GET", "/authenticates/api-code", 200, headers={"content-type": "application/json"}, body=dumps(form).encode()
    )


def _moments(exchanges: Sequence[Exchange]) -> Iterator[float]:
    """Yield when each request was answered, each a little later than the one before.

    A write is known by the second in which its document was created: its response may be of the next one.
    """
    last = 0.0
    for exchange in exchanges:
        created = moment(exchange.object_or_empty.get("_created")) if exchange.method == "POST" else None
        try:
            at = (created or parsedate_to_datetime(exchange.headers["date"])).timestamp()
        except (LookupError, ValueError):
            at = last + _PACE if last else parsedate_to_datetime(_SOME_DAY).timestamp()
        last = max(at, last + _STEP)
        yield last


_SOME_DAY = "Tue, 07 Oct 2025 07:41:01 GMT"
