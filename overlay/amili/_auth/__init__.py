"""Exchanges a credential for tokens and renews them early, one renewal at a time."""

from amili._auth.httpx_auth import TokenAuth
from amili._auth.provider import AuthTokenProvider
from amili._auth.renewal import RenewedTokens, token_within_quota

__all__ = [
    "AuthTokenProvider",
    "RenewedTokens",
    "TokenAuth",
    "token_within_quota",
]
