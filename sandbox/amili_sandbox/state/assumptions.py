"""Everything the vendor does not document, as named assumptions: the default, and what else may be true."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Value = str | float
NUMBER = re.compile(r"[0-9]{1,10}(\.[0-9]{1,10})?")
GREATEST = 1e9


@dataclass(frozen=True)
class Assumption:
    """One undocumented behaviour: the default, and all choices (none: any number from 0 to GREATEST)."""

    name: str
    default: Value
    choices: tuple[str, ...]
    description: str

    def check(self, value: Any) -> Value:
        """Return the value as its type; raise ValueError if it is not a choice."""
        if self.choices:
            if value in self.choices:
                return str(value)
            raise ValueError(f"{self.name} is one of {', '.join(self.choices)}, not {value!r}")
        # The command line gives a string.
        is_number = type(value) in (int, float) or (isinstance(value, str) and NUMBER.fullmatch(value))
        if is_number and 0 <= (float(value) if isinstance(value, str) else value) <= GREATEST:
            return float(value)
        raise ValueError(f"{self.name} is a number from 0 to {GREATEST:.0f}")


def _choice(name: str, default: str, *others: str, description: str) -> Assumption:
    return Assumption(name, default, (default, *others), description)


def _number(name: str, default: float, description: str) -> Assumption:
    return Assumption(name, default, (), description)


EVE = (
    _choice("paths", "both", "guide", "reference", description="which variant of the three paths for writing is served"),
    _choice("request_dates", "both", "rfc1123", description="whether ISO 8601 dates are accepted in request bodies"),
    _number("greatest_max_results", 100, "the page size to which `max_results` is silently lowered"),
    _choice("regex", "refused", "accepted", description="whether `$regex` may be used in `where`"),
    _choice("bulk", "accepted", "refused", description="whether a POST may carry a list"),
    _choice("errors", "issues", "details", "both", description="how a 422 names the fields: Eve's `_issues` or flat `details`"),
    _choice("reply_style", "newer", "guide", description="whether action receipts carry the keys of the newer docs"),
    _choice(
        "crediting_status_key",
        "_crediting_status",
        "_payment_status",
        "both",
        description="the key of the status in a crediting receipt",
    ),
    _choice("case_etag", "32", "24", "40", description="how many hex digits the etag of a case has"),
    _choice(
        "case_clock",
        "seconds",
        "milliseconds",
        description="what `_created` and `_updated` of a case hold; milliseconds are not shown, so `==` finds nothing",
    ),
    _choice("first_update", "created", "earlier", description="whether a new case was updated when created or a second earlier"),
    _choice(
        "etag_of_amounts",
        "moves",
        "stays",
        description="whether `_etag` and `_updated` of a case change when only its amounts do, as by `$inc`",
    ),
    _choice("page_total", "shown", "left_out", description="whether a list says how many documents match"),
    _choice(
        "automatic_properties",
        "shown",
        "left_out",
        description="whether a projection that does not name `_created`, `_etag` and `_updated` shows them",
    ),
    _choice("refusal_message", "text", "object", description="what `_error.message` of the vendor's own refusals is"),
)
REGISTRATION = (
    _choice("duplicate_invoice_numbers", "accepted", "refused", description="a second invoice with a creditor's number"),
    _number("invoice_number_length", 100, "the longest invoice number that is accepted"),
    _choice("country", "optional", "required", description="whether an address must name its country"),
    _choice("customer_type", "at_most_one", "exactly_one", description="how many of the three customer types must be true"),
    _choice("customers", "matched", "new", description="whether a known `id_number` means the existing customer"),
    _choice("number_of_units", "optional", "required", description="whether an invoice line must give its number of units"),
    _choice("line_totals", "trusted", "checked", description="whether a line's total must be unit price times units"),
    _choice("vat_rates", "swedish", "any", description="whether VAT other than 0, 6, 12 and 25 percent is accepted"),
    _choice("vat_rounding", "per_rate", "per_line", description="where VAT is rounded to whole öre"),
    _choice("totals", "positive", "any", description="whether an invoice may add up to zero or less"),
    _choice("due_dates", "any", "after_invoice_date", description="whether an invoice may be due before its own date"),
    _choice("invoice_ids", "same", "own", description="whether the invoice has the registration's id or one of its own"),
    _choice("reference_numbers", "assigned", "as_sent", description="where the reference number of a case comes from"),
)
ACTIONS = (
    _choice("account_in_crediting", "accepted", "readonly", description="whether a crediting may name its account"),
    _choice("amount_decimals", "two", "any", description="whether fractions of an öre may be credited"),
    _choice("overcrediting", "refused", "warning", "error", description="crediting more than what remains"),
    _choice("crediting_closed_case", "refused", "warning", "error", description="crediting a closed case"),
    _choice("crediting_foreign_case", "refused", "warning", "error", description="crediting another creditor's case"),
    _choice("cancelling_foreign_case", "refused", "warning", description="cancelling another creditor's case"),
    _choice("second_cancellation", "refused", "warning", "completed", description="cancelling a closed case"),
    _choice("full_crediting", "keeps_open", "closes", description="what crediting all that remains does to the case"),
    _choice("crediting_transaction", "negative", "positive", description="the sign of a crediting among the transactions"),
    _choice("cancelled_capital", "zero", "kept", description="what remains of the capital of a cancelled case"),
    _choice("cancelled_state", "closed", "unchanged", description="the state and status of a cancelled case"),
    _choice("closed_shape", "object", "date", description="what `closed` holds: date and reason, or the date alone"),
)
LIFECYCLE = (
    _number("initializing_seconds", 60, "how long a new case stays in `initializing`"),
    _number("reminder_days", 5, "days from the due date, or the later entry into `invoice`, to `reminder`"),
    _number("debt_collection_days", 12, "days from `reminder` to `debt_collection`"),
    _choice("fees", "none", "added", description="whether 60 SEK at the reminder and 180 SEK at the demand add to the debt"),
    _number("case_visible_after", 0, "seconds until a new case shows up in `GET /cases`"),
)
ACCESS = (
    _choice("token_reply", "token", "access_token", "api_key", "_token", "eve", description="the shape of the token response"),
    _choice("token_kind", "jwt", "opaque", description="whether a token is a JWT, signed with HS256, or shows nothing"),
    _number("token_lifetime", 3600, "seconds until a token expires"),
    _number("longest_signature", 0, "the greatest number of seconds a signed `exp` may lie ahead; 0 is any"),
    _choice("post_authentication", "offered", "withdrawn", description="whether an API code alone is enough for a token"),
    _choice("quota", "off", "vendor", description="whether 100 requests a minute and 10 a second are enforced"),
    _choice("challenge", "sent", "none", description="whether a 401 carries `WWW-Authenticate`"),
    _choice("quota_headers", "none", "eve", "ietf", description="the names of the rate-limit headers"),
    _choice("quota_retry_after", "none", "seconds", "date", description="whether a 429 of the quota carries `Retry-After`"),
)
ASSUMPTION_GROUPS: Mapping[str, tuple[Assumption, ...]] = {
    "Eve": EVE,
    "Registration": REGISTRATION,
    "Crediting and cancellation": ACTIONS,
    "Lifecycle": LIFECYCLE,
    "Access": ACCESS,
}
ASSUMPTIONS = tuple(assumption for group in ASSUMPTION_GROUPS.values() for assumption in group)


class Assumptions:
    """The current value of every assumption."""

    def __init__(self, start: Mapping[str, Any] | None = None) -> None:
        self._start = check_assumptions(start or {})
        self._values: dict[str, Value] = {}
        self._overrides: dict[str, Value] = {}
        self.reset()

    def __getitem__(self, name: str) -> str:
        return str(self._overrides.get(name, self._values[name]))

    def number(self, name: str) -> float:
        """Return the value of an assumption that is a number."""
        return float(self._overrides.get(name, self._values[name]))

    def override(self, values: Mapping[str, Value]) -> None:
        """Let these values, which need not be among the choices, take precedence over the others; for contract faults."""
        self._overrides = dict(values)

    def set(self, changes: Any) -> None:
        """Change some assumptions; if one change is invalid, none is made."""
        self._values |= check_assumptions(changes)

    def reset(self) -> None:
        """Go back to the values of the start."""
        self._values = {assumption.name: assumption.default for assumption in ASSUMPTIONS} | self._start
        self._overrides = {}

    def as_json(self) -> dict[str, Value]:
        """Return every assumption and its value."""
        return dict(self._values)


def check_assumptions(changes: Any) -> dict[str, Value]:
    """Return changes with checked names and values; raises ValueError."""
    if not isinstance(changes, Mapping):
        raise ValueError("assumptions are an object of names and values")
    known = {assumption.name: assumption for assumption in ASSUMPTIONS}
    for name in changes:
        if name not in known:
            raise ValueError(f"{name!r} is not an assumption; there are: {', '.join(sorted(known))}")
    return {name: known[name].check(value) for name, value in changes.items()}
