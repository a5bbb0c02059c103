"""Exchanges a credential for tokens and renews them early, one renewal at a time."""

from amili._auth.httpx_auth import TokenAuth
from amili._auth.provider import AuthTokenProvider
from amili._auth.renewal import RenewedTokens, token_within_quota
from amili._auth.variables import CREDENTIAL, credential_of

__all__ = [
    "CREDENTIAL",
    "AuthTokenProvider",
    "RenewedTokens",
    "TokenAuth",
    "credential_of",
    "token_within_quota",
]
