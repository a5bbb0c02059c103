"""When a token expires, as the token itself says."""

from datetime import UTC, datetime

import jwt
import pytest
from amili import AuthTokenProvider


def expiring_at(seconds: float) -> str:
    return jwt.encode({"exp": seconds}, "a key that is long enough for this", algorithm="HS256")


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("opaque", None),
        (expiring_at(1_800_000_000), datetime(2027, 1, 15, 8, tzinfo=UTC)),
        (expiring_at(9e11), None),  # in no year that a date can have
        (expiring_at(-1), None),
    ],
)
def test_the_expiry_of_a_token(token: str, expected: datetime | None) -> None:
    assert AuthTokenProvider.from_token(token).token_expiry() == expected


def test_without_a_token_there_is_no_expiry() -> None:
    assert AuthTokenProvider.from_api_code("code").token_expiry() is None
