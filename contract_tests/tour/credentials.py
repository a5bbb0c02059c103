"""Credentials for the exchange at the token endpoint: one that is right, and others that are wrong in one thing each."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from contract_tests.findings import Fact, fact
from contract_tests.server import Target

_SOON, _ALGORITHM = 300, "ES256"
_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def right(target: Target, now: int) -> str:
    """Return a claim of the account, signed with its key; `now` is the second that it is by the server's clock."""
    return jwt.encode(_claims(target, now), target.private_key, _ALGORITHM)


def wrong(target: Target, now: int) -> Iterator[tuple[str, Fact, str | None]]:
    """Return credentials that must not be exchanged, each with what is wrong and the fact because of which it is refused."""
    claims, key = _claims(target, now), target.private_key
    own = right(target, now)
    head, payload, signature = own.split(".")
    signed, other_curve = fact("signature_checked"), ec.generate_private_key(ec.SECP384R1())
    yield "a claim signed with another key", signed, jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), _ALGORITHM)
    yield "a claim signed with another key and algorithm", signed, jwt.encode(claims, other_curve, "ES384")
    yield "a claim changed after it was signed", signed, f"{head}.{_part({**claims, 'exp': claims['exp'] + 60})}.{signature}"
    yield "a claim without its signature", signed, f"{head}.{payload}."
    yield "a claim that is not signed", fact("algorithms_checked"), jwt.encode(claims, "", "none")
    for algorithm, secret in (("HS256", _public_key(key)), ("HS384", target.api_code.encode()), ("HS512", b"")):
        yield f"a claim signed by {algorithm}", fact("algorithms_checked"), _with_shared_secret(claims, algorithm, secret)
    for ago in (30, 86_400):
        old = {**claims, "exp": now - ago}
        yield f"a claim that expired {ago} s ago", fact("expiry_checked"), jwt.encode(old, key, _ALGORITHM)
    yield "a claim without exp", fact("expiry_needed"), jwt.encode({"api_code": target.api_code}, key, _ALGORITHM)
    for code in (f"{target.api_code}x", target.api_code[:-1], ""):
        yield "a claim with a wrong api_code", fact("code_needed"), jwt.encode({**claims, "api_code": code}, key, _ALGORITHM)
    yield "an access token as a credential", fact("token_is_no_credential"), target.account.token
    yield "no credential at all", fact("code_needed"), None


def _claims(target: Target, now: int) -> dict[str, Any]:
    return {"api_code": target.api_code, "exp": now + _SOON}


def _public_key(private_key: bytes) -> bytes:
    key = serialization.load_pem_private_key(private_key, None)
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _with_shared_secret(claims: dict[str, Any], algorithm: str, secret: bytes) -> str:
    """Sign as an attacker does: PyJWT would refuse a public key as a secret."""
    text = f"{_part({'alg': algorithm, 'typ': 'JWT'})}.{_part(claims)}"
    return f"{text}.{_base64(hmac.new(secret, text.encode(), _HASHES[algorithm]).digest())}"


def _part(content: dict[str, Any]) -> str:
    return _base64(json.dumps(content).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
