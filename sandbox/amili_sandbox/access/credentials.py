"""API codes, public keys and access tokens."""

import secrets
from dataclasses import dataclass
from typing import Any

import jwt
from bson import ObjectId

from amili_sandbox.state import State

ALGORITHMS = ("ES256", "ES384", "ES512", "RS256", "RS384", "RS512")
FOR_EVER = float("inf")


@dataclass(frozen=True)
class Credential:
    """What identifies an account: its API code, and the public key for its signatures."""

    account: ObjectId
    api_code: str
    public_key: Any


class Authentication:
    """The credentials of all accounts, and the tokens issued for them."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._credentials: dict[str, Credential] = {}
        self._tokens: dict[str, tuple[ObjectId, float]] = {}
        self._secret = secrets.token_bytes(32)
        self._lasting: dict[str, tuple[ObjectId, float]] = {}

    def add_credential(self, credential: Credential) -> None:
        """Register a credential."""
        self._credentials[credential.api_code] = credential

    def issue(self, account: ObjectId) -> str:
        """Return a new token, valid for as long as is assumed."""
        token = secrets.token_urlsafe(32)
        expiry = self._expiry()
        if self._state.assumptions["token_kind"] == "jwt":  # noqa: S105 - a kind, not a password
            claims = {"exp": int(expiry), "u_id": str(account), "u_name": "API user"}
            token = jwt.encode(claims, self._secret, "HS256")
        self._tokens[token] = (account, expiry)
        return token

    def issue_lasting(self, account: ObjectId) -> str:
        """Return a new token that does not expire when the clock is moved, for programs that start the sandbox."""
        token = secrets.token_urlsafe(32)
        self._lasting[token] = (account, FOR_EVER)
        self._tokens |= self._lasting
        return token

    def account_of(self, token: str | None) -> ObjectId | None:
        """Return the account of a token, or None if it is unknown or has expired."""
        account, expiry = self._tokens.get(token or "", (None, 0.0))
        return account if self._state.clock.timestamp() < expiry else None

    def account_for_signature(self, signed: str | None) -> ObjectId | None:
        """Return the account whose key signed this JWT, or None if it is invalid."""
        try:
            claims = jwt.decode(signed or "", options={"verify_signature": False})
            credential = self._credentials[claims["api_code"]]
            # The expiry is compared with the sandbox's clock, which PyJWT does not know.
            options = {"verify_exp": False, "require": ["exp"]}
            jwt.decode(signed or "", credential.public_key, algorithms=list(ALGORITHMS), options=options)  # type: ignore[arg-type]
            expiry = float(claims["exp"])
        except (jwt.InvalidTokenError, jwt.InvalidKeyError, KeyError, TypeError, ValueError):
            return None
        ahead = expiry - self._state.clock.timestamp()
        longest = self._state.assumptions.number("longest_signature") or ahead
        return credential.account if 0 < ahead <= longest else None

    def account_for_code(self, api_code: Any) -> ObjectId | None:
        """Return the account that an API code belongs to."""
        credential = self._credentials.get(api_code) if isinstance(api_code, str) else None
        return credential.account if credential else None

    def expire(self, token: str | None) -> None:
        """Revoke a token."""
        self._tokens.pop(token or "", None)

    def reset(self) -> None:
        """Revoke all tokens but the lasting ones."""
        self._tokens = dict(self._lasting)

    def _expiry(self) -> float:
        return self._state.clock.timestamp() + self._state.assumptions.number("token_lifetime")
