"""The list of contract faults, in the order in which they are numbered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from amili_sandbox.contract_faults import (
    behaviour,
    dates,
    identity,
    lifecycle,
    money,
    queries,
    replies,
    third_hand,
    third_hand_queries,
    wire,
)
from amili_sandbox.contract_faults.exchange import Exchange
from amili_sandbox.http.messages import Reply

Bend = Callable[[Exchange], Reply]
# Who wrote a fault. The second and the third hand had not seen the contract suite, so that only their faults tell how good the
# suite is at breaches it was not made for.
FIRST_HAND, SECOND_HAND, THIRD_HAND = "first", "second", "third"


@dataclass(frozen=True)
class ContractFault:
    """One breach: bent exchanges, or rules of the domain that are set to what no contract allows."""

    name: str
    caught_by: str  # the kind of check that should notice: see docs/sandbox.md
    says: str
    bend: Bend | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)
    hand: str = FIRST_HAND


def _bent(caught_by: str, bend: Bend, name: str = "") -> ContractFault:
    return ContractFault(name or bend.__name__, caught_by, (bend.__doc__ or "").strip(), bend)


def _ruled(caught_by: str, name: str, says: str, **rules: Any) -> ContractFault:
    return ContractFault(name, caught_by, says, rules=rules)


_FIRST = (
    _bent("schema", replies.etag_missing),
    _bent("schema", replies.date_iso),
    _bent("schema", replies.amount_string),
    _bent("schema", replies.amount_string_credited),
    _bent("schema", replies.enum_new),
    _bent("status", replies.status_200),
    _bent("schema", replies.items_null),
    _bent("model", replies.total_off),
    _bent("model", behaviour.where_ignored),
    _bent("model", behaviour.sort_ignored),
    _bent("auth", behaviour.auth_off),
    _bent("auth", behaviour.auth_403),
    _bent("boundary", behaviour.unicode_500),
    _bent("status", replies.content_type_html),
    _ruled("model", "overcredit_ok", "More than what remains is credited.", overcrediting="completed"),
    _ruled("model", "cancelled_credit_ok", "A cancelled case is credited.", crediting_closed_case="completed"),
    _bent("model", behaviour.page_overlap),
    _ruled("model", "not_visible", "Cases never show up.", case_visible_after=1e9),
    _bent("model", behaviour.lost_every_3),
    _bent("model", replies.wrong_currency),
    _bent("negative", behaviour.negative_accepted),
    _bent("schema", replies.float_rounding),
    _bent("schema", replies.leak),
    _bent("schema", replies.err_shape),
    _bent("domain", replies.ocr_wrong),
    _bent("schema", replies.ocr_number_type),
    _bent("negative", behaviour.required_missing_accepted),
    _bent("negative", behaviour.extra_accepted),
    _bent("negative", behaviour.enum_in_accepted),
    _bent("model", behaviour.max_results_ignored),
    _bent("model", behaviour.credit_noop),
    _bent("model", behaviour.cancel_noop),
    _ruled("model", "cancel_leaves_debt", "A cancelled case keeps its debt.", cancelled_capital="kept"),
    _ruled("model", "dup_ok", "An invoice number is accepted twice.", duplicate_invoice_numbers="accepted"),
    _bent("schema", replies.null_field),
    _bent("status", behaviour.delete_ok),
    _bent("schema", replies.id_uuid),
    _bent("negative", behaviour.where_500),
    _bent("boundary", behaviour.zip_stricter),
    _bent("performance", behaviour.slow),
    _bent("negative", behaviour.page0_500),
    _bent("schema", replies.status_case),
    _ruled(
        "model",
        "cross_creditor",
        "Another creditor's case is credited and cancelled.",
        crediting_foreign_case="completed",
        cancelling_foreign_case="completed",
    ),
    _ruled("model", "double_cancel_ok", "A second cancellation is confirmed.", second_cancellation="completed"),
    _ruled("negative", "maxlen_ignored", "Invoice numbers of any length are accepted.", invoice_number_length=1e9),
    _bent("model", replies.etag_static),
    _bent("domain", replies.updated_backwards),
    _bent("model", replies.tz_shift),
    _bent("model", behaviour.partial_write),
    _ruled("model", "eventual", "A new case shows up two seconds later.", case_visible_after=2.0),
    _bent("model", replies.tx_sum),
    _bent("schema", replies.case_in_error),
    _bent("status", behaviour.too_many_without_retry_after, "429_no_retry_after"),
    _bent("status", replies.gzip_bad_len),
    _bent("schema", replies.dup_json_key),
    _bent("boundary", replies.int_overflow),
)
_SECOND = (
    _bent("domain", money.vat_12_as_25),
    _bent("domain", money.vat_of_first_line),
    _bent("domain", money.units_counted_twice),
    _bent("domain", money.discount_ignored),
    _bent("domain", money.ore_lost_in_floats),
    _bent("model", money.second_crediting_from_start),
    _bent("boundary", money.thousands_lose_ore),
    _bent("model", money.same_amount_swallowed),
    _bent("model", money.settled_amount_stale),
    _bent("model", money.whole_debt_not_lowered),
    _bent("model", money.zero_left_out),
    _bent("model", money.transactions_last_three),
    _bent("boundary", dates.summer_hour),
    _bent("boundary", dates.week_year),
    _bent("domain", dates.due_days_30_360),
    _bent("model", queries.gte_as_gt),
    _bent("model", queries.ne_misses_absent),
    _bent("model", queries.where_first_condition_only),
    _bent("model", queries.number_prefix_found),
    _bent("model", queries.where_ignored_with_projection),
    _bent("model", queries.closed_hidden),
    _bent("model", queries.sort_numbers_as_text),
    _bent("model", queries.sorted_page_by_page),
    _bent("boundary", queries.last_page_repeated),
    _bent("schema", queries.max_results_echoed),
    _bent("status", queries.total_count_unfiltered),
    _bent("model", queries.projection_dotted_ignored),
    _bent("domain", lifecycle.history_newest_first),
    _bent("model", lifecycle.updated_not_moved),
    _bent("model", lifecycle.etag_kept_on_cancel),
    _bent("boundary", lifecycle.exact_rest_refused),
    _bent("model", lifecycle.oldest_debt_first),
    _bent("model", lifecycle.longer_number_credited),
    _bent("negative", lifecycle.refused_but_stored),
    _bent("boundary", identity.leading_zeros_lost),
    _bent("boundary", identity.html_escaped),
    _bent("model", identity.payout_reference_dropped),
    _bent("boundary", identity.company_refused),
    _bent("domain", identity.ocr_per_debtor),
    _bent("model", identity.crediting_id_reused),
    _bent("model", identity.receipt_references_swapped),
    _bent("model", identity.invoice_link_wrong),
    _bent("auth", wire.token_prefix),
    _bent("auth", wire.checks_before_auth),
    _bent("auth", wire.unauthorized_plain_text),
    _bent("auth", wire.foreign_case_by_id),
    _bent("negative", wire.issue_index_from_one),
    _bent("boundary", wire.latin1_bodies),
)
_THIRD = (
    _bent("auth", third_hand.signature_unverified),
    _bent("auth", third_hand.cancellation_without_key),
    _bent("status", third_hand.cases_writable),
    _bent("negative", third_hand.both_addresses_accepted),
    _bent("model", third_hand.receipt_case_of_debtor),
    _bent("status", third_hand.location_of_case),
    _bent("boundary", third_hand.emoji_lost),
    _bent("schema", third_hand.crediting_untyped),
    _bent("schema", third_hand.later_history_iso),
    _bent("domain", third_hand.latest_state_date_stays),
    _bent("domain", third_hand.closed_on_open_case),
    _bent("model", third_hand.initial_capital_lowered),
    _bent("boundary", third_hand.single_precision),
    _bent("negative", third_hand.issues_dotted),
    _bent("model", third_hand_queries.default_page_20),
    _bent("model", third_hand_queries.later_pages_unfiltered),
    _bent("model", third_hand_queries.where_dates_local),
    _bent("model", third_hand_queries.where_ore_cut),
    _bent("model", third_hand_queries.sort_dates_as_text),
    _bent("model", third_hand_queries.projection_dotted_whole),
)
TABLE = (
    *_FIRST,
    *(replace(fault, hand=SECOND_HAND) for fault in _SECOND),
    *(replace(fault, hand=THIRD_HAND) for fault in _THIRD),
)
