"""Private keys, and the signed JWT that is exchanged for a token. No network."""

import re
from contextlib import suppress
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

from amili._core.engine import Secret
from amili._errors import ConfigurationError

PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey

ASSERTION_LIFETIME = 600  # seconds; the vendor: "should expire after 10 minutes"
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_END_OF_TIME = 1e12  # seconds since 1970; a larger number is not a time
_RSA = ("RS256", "RS384", "RS512")
_PROTECTED = "is protected by a passphrase; write it without one, as the vendor asks"
_WRITTEN_LINE_END = re.compile(rb"(\\+r)?\\+n")  # as backslash and n: many systems allow no line breaks in a setting


def load_private_key(pem: Secret[str | bytes], name: str = "the private key") -> PrivateKey:
    """Load a PEM key (SEC1, PKCS#1, PKCS#8, OpenSSH); raises ConfigurationError for a passphrase, an unsupported or no key."""
    key = _load(pem.reveal())
    if isinstance(key, str):
        raise ConfigurationError(f"{name} {key}")
    return key


def _load(pem: object) -> PrivateKey | str:
    """Return the key, or what is wrong with it; raises nothing, since its variables hold the key."""
    if not isinstance(pem, str | bytes):
        return f"must be PEM as a string or bytes, not {type(pem).__name__}"
    data = pem.encode(errors="replace") if isinstance(pem, str) else pem
    data = _WRITTEN_LINE_END.sub(b"\n", data.removeprefix(b"\xef\xbb\xbf"))
    load: Any = load_ssh_private_key if b"BEGIN OPENSSH" in data else load_pem_private_key
    try:
        key = load(data, password=None)
    except TypeError:
        return _PROTECTED
    except (ValueError, UnsupportedAlgorithm):
        return _kind_of(data)
    if not isinstance(key, EllipticCurvePrivateKey | RSAPrivateKey):
        return "is of a type that the API does not accept; use EC (P-256, P-384, P-521) or RSA"
    return key


def _kind_of(data: bytes) -> str:
    if b"ENCRYPTED" in data:
        return _PROTECTED
    if b"PUBLIC KEY" in data:
        return "is a public key; the private key stays with you, the vendor has the public one"
    return "is not a private key in PEM form (it begins with -----BEGIN ... PRIVATE KEY-----)"


def algorithm_for(key: PrivateKey, wanted: str | None = None) -> str:
    """Return the algorithm for a key: ES256, ES384 or ES512 by its curve; for RSA `wanted`, or RS256."""
    if isinstance(key, RSAPrivateKey):
        fitting: tuple[str, ...] = _RSA
    else:
        fitting = (_CURVES.get(key.curve.name, ""),)
    if not fitting[0]:
        message = "the private key is on a curve that the API does not accept; use P-256, P-384 or P-521"
        raise ConfigurationError(message)
    if wanted is not None and wanted not in fitting:
        raise ConfigurationError(f"algorithm={wanted!r} does not fit the private key; use {' or '.join(fitting)}")
    return wanted or fitting[0]


def sign_assertion(code: Secret[str], key: PrivateKey, algorithm: str, now: float) -> Secret[str]:
    """Sign the two claims that the vendor documents: `api_code`, and `exp`, ten minutes from `now` (seconds since 1970 UTC)."""
    with suppress(ValueError, jwt.PyJWTError):  # an error raised while handling theirs would keep it, and so the claims
        expiry = int(now) + ASSERTION_LIFETIME
        return Secret(jwt.encode({"api_code": code.reveal(), "exp": expiry}, key, algorithm=algorithm))
    raise ConfigurationError(f"the private key can't sign with {algorithm}; it may be too short")


def expiry_of(token: str) -> float | None:
    """Return the `exp` of a token that is a JWT, in seconds since 1970 UTC, else None. The signature is not checked."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    expiry = claims.get("exp")
    if not isinstance(expiry, int | float) or isinstance(expiry, bool) or not abs(expiry) < _END_OF_TIME:
        return None
    return float(expiry)
