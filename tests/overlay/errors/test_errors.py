"""The tree of errors: they carry data, survive pickling, and keep to themselves what is nobody's business."""

import copy
import pickle
from datetime import UTC, datetime
from types import SimpleNamespace

import amili
import pytest
from amili import (
    ActionFailedError,
    AlreadyRegisteredError,
    AmiliError,
    ApiError,
    ConfigurationError,
    CreditorCreditingReceipt,
    DecodeError,
    InvalidInputError,
    MultipleCasesFound,
    NoCaseFound,
    NoResponseError,
    OutcomeUnknownError,
    UnreadablePropertyError,
    WaitTimeoutError,
    WrittenTwiceError,
)
from amili._errors import error_from_response

from tests.samples import CASE, PERSONAL_NUMBER

STATUSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    412: "ConflictError",
    422: "ValidationError",
    428: "ConflictError",
    429: "RateLimitedError",
    500: "ServerError",
    503: "ServerError",
    520: "ServerError",
    599: "ServerError",
    302: "ApiError",
    418: "ApiError",
}

EVIDENCE = SimpleNamespace(operation="cancel_case", key=f"case {CASE}")


def api_error(kind: type[ApiError], status: int) -> ApiError:
    return kind(
        "x was answered",
        operation="list_cases",
        status=status,
        code=7,
        api_message="said",
        issues={"a.b": "c"},
        request_id="r",
        retry_after=1.5,
        body=f"{PERSONAL_NUMBER}",
    )


SAMPLES: list[AmiliError] = [
    AmiliError("plain", operation="x"),
    ConfigurationError("a setting"),
    InvalidInputError("an invoice", issues={"matrix.0.unit_price": "it is missing"}),
    NoResponseError("nothing came", operation="list_cases"),
    WaitTimeoutError("not yet", operation="list_cases"),
    AlreadyRegisteredError("another", operation="register_invoice", cases=(CASE,)),
    WrittenTwiceError("twice", operation="register_invoice", cases=(CASE, CASE)),
    *(api_error(getattr(amili, name), status) for status, name in STATUSES.items()),
    DecodeError("unreadable", operation="list_cases", path="/_items/0", is_json=False),
    UnreadablePropertyError("has none", name="state", path="/state"),
    ActionFailedError("refused", operation="credit_case", reason="why", receipt=CreditorCreditingReceipt(id="1")),
    NoCaseFound("none", operation="list_cases"),
    MultipleCasesFound("many", operation="list_cases", total=7),
    OutcomeUnknownError("unknown", operation="cancel_case", evidence=EVIDENCE, sent_at=5.0),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling_and_copying_with_all_its_data(error: AmiliError) -> None:
    error = copy.copy(error).with_attempts(3, 4.5)
    error.add_note("a note")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert repr(twin) == repr(error)
        assert vars(twin) == vars(error)
        assert (twin.attempts, twin.elapsed, twin.__notes__) == (3, 4.5, ["a note"])


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_no_error_shows_the_body_of_a_response(error: AmiliError) -> None:
    assert PERSONAL_NUMBER not in f"{error} {error!r} {error.args} {getattr(error, '__notes__', '')}"


def test_every_error_class_has_a_sample_and_one_root() -> None:
    public = [getattr(amili, name) for name in amili.__all__]
    classes = {kind for kind in public if isinstance(kind, type) and issubclass(kind, BaseException)}
    assert classes == {type(sample) for sample in SAMPLES}
    assert all(issubclass(kind, AmiliError) for kind in classes)


@pytest.mark.parametrize(("status", "name"), STATUSES.items())
def test_each_status_has_its_class(status: int, name: str) -> None:
    assert type(error_from_response("x", status, {}, b"", datetime.now(UTC))) is getattr(amili, name)


def test_an_api_error_without_a_code_of_its_own_has_its_status() -> None:
    plain = ApiError("x", status=418)
    assert (plain.code, plain.message, plain.issues, plain.body) == (418, "", {}, "")


def test_an_error_that_was_never_tried_says_so() -> None:
    assert (AmiliError("x").attempts, AmiliError("x").elapsed, AmiliError("x").operation) == (0, 0.0, None)


def test_wrong_input_is_a_value_error_and_names_each_property() -> None:
    error = InvalidInputError("x", issues={"creditor": "it is missing"})
    assert isinstance(error, ValueError)
    assert (error.issues, InvalidInputError("x").issues) == ({"creditor": "it is missing"}, {})
    assert len(str(InvalidInputError("x" * 5000))) == 4000


def test_an_unknown_outcome_names_its_write() -> None:
    error = OutcomeUnknownError("x", evidence=EVIDENCE, sent_at=1.0)
    assert (error.key, error.sent_at, OutcomeUnknownError("x").key) == (f"case {CASE}", 1.0, "")


def test_an_unknown_outcome_resolves_through_its_client_until_it_is_pickled() -> None:
    error = OutcomeUnknownError("x", operation="cancel_case", evidence=EVIDENCE)
    with pytest.raises(ConfigurationError, match=r"use amili.resolve\(error\)"):
        error.resolve()
    error.resolver = lambda asked, deadline: ("resolved", asked, deadline)
    assert error.resolve() == ("resolved", error, None)
    assert error.resolve(deadline=2.0) == ("resolved", error, 2.0)
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301
    with pytest.raises(ConfigurationError, match="has no client"):
        twin.resolve()
    assert error.resolver is not None
