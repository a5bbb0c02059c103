"""Private keys of every kind and form, and the claim signed with them."""

import base64
import json
from typing import Any

import jwt
import pytest
from amili import AuthTokenProvider, ConfigurationError
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

RSA_KEY = rsa.generate_private_key(65537, 2048)
KEYS: dict[str, Any] = {
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
    "RS256": RSA_KEY,
}
FORMATS = {
    "SEC1 or PKCS#1": PrivateFormat.TraditionalOpenSSL,
    "PKCS#8": PrivateFormat.PKCS8,
    "OpenSSH": PrivateFormat.OpenSSH,
}


def pem(key: Any, form: PrivateFormat = PrivateFormat.PKCS8, encryption: Any = None) -> bytes:
    written: bytes = key.private_bytes(Encoding.PEM, form, encryption or NoEncryption())
    return written


def signing(key: Any, algorithm: str | None = None) -> AuthTokenProvider:
    return AuthTokenProvider.from_private_key("a-code", key, algorithm=algorithm, clock=lambda: 1_760_000_000.9)


def signed(provider: AuthTokenProvider) -> str:
    assertion = provider.token_request().assertion
    assert assertion is not None
    return assertion.reveal()


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("algorithm", KEYS)
def test_a_key_in_any_form_signs_with_the_algorithm_that_fits_it(algorithm: str, form: PrivateFormat) -> None:
    text = pem(KEYS[algorithm], form)
    for given in (text, text.decode(), text.decode().replace("\n", "\r\n"), b"\n" + text):
        token = signed(signing(given))
        assert jwt.get_unverified_header(token)["alg"] == algorithm
        claims = jwt.decode(token, KEYS[algorithm].public_key(), [algorithm], options={"verify_exp": False})
        assert claims == {"api_code": "a-code", "exp": 1_760_000_000 + 600}


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_an_rsa_key_may_sign_with_another_algorithm_of_its_family(algorithm: str) -> None:
    assert jwt.get_unverified_header(signed(signing(pem(RSA_KEY), algorithm)))["alg"] == algorithm


@pytest.mark.parametrize(
    ("key", "wanted"),
    [("ES256", "ES384"), ("ES256", "RS256"), ("RS256", "ES256"), ("RS256", "HS256"), ("RS256", "none"), ("ES512", "")],
)
def test_an_algorithm_that_does_not_fit_the_key_is_refused(key: str, wanted: str) -> None:
    with pytest.raises(ConfigurationError, match=f"algorithm='{wanted}' does not fit the private key; use"):
        signing(pem(KEYS[key]), wanted)


def protected_openssh() -> bytes:
    """An OpenSSH key whose header says that it is encrypted; to write a real one needs a package that we do not have."""
    body = base64.b64decode(b"".join(pem(KEYS["ES256"], PrivateFormat.OpenSSH).splitlines()[1:-1]))
    magic, options = b"openssh-key-v1\0", b"\0\0\0\x10" + b"s" * 16 + b"\0\0\0\x10"
    plain = magic + field(b"none") + field(b"none") + field(b"")
    assert body.startswith(plain)
    marked = magic + field(b"aes256-ctr") + field(b"bcrypt") + field(options) + body[len(plain) :]
    return b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + base64.encodebytes(marked) + b"-----END OPENSSH PRIVATE KEY-----\n"


def field(text: bytes) -> bytes:
    return len(text).to_bytes(4, "big") + text


@pytest.mark.parametrize(
    "protected",
    [
        pem(KEYS["ES256"], PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")),
        pem(KEYS["ES256"], PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"secret")),
        pem(RSA_KEY, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"secret")),
        protected_openssh(),
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    ],
    ids=["PKCS#8", "SEC1", "PKCS#1", "OpenSSH", "broken"],
)
def test_a_passphrase_is_named_as_the_reason(protected: bytes) -> None:
    with pytest.raises(ConfigurationError, match="is protected by a passphrase; write it without one") as caught:
        signing(protected)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "key",
    [
        ed25519.Ed25519PrivateKey.generate(),
        ed448.Ed448PrivateKey.generate(),
        x25519.X25519PrivateKey.generate(),
        dsa.generate_private_key(1024),  # noqa: S505 - small, for speed
    ],
    ids=lambda key: type(key).__name__,
)
def test_a_type_of_key_that_the_api_does_not_take_is_named_so(key: Any) -> None:
    with pytest.raises(
        ConfigurationError, match=r"of a type that the API does not accept; use EC \(P-256, P-384, P-521\) or RSA"
    ):
        signing(pem(key))


def test_an_ed25519_key_of_openssh_is_refused_as_well() -> None:
    with pytest.raises(ConfigurationError, match="of a type that the API does not accept"):
        signing(pem(ed25519.Ed25519PrivateKey.generate(), PrivateFormat.OpenSSH))


def test_a_curve_that_the_api_does_not_take_is_named_so() -> None:
    with pytest.raises(ConfigurationError, match="on a curve that the API does not accept; use P-256, P-384 or P-521"):
        signing(pem(ec.generate_private_key(ec.SECP256K1())))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not a key",
        "/home/somebody/key.pem",
        "half \ud800",
        b"\xff\xfe",
        pem(KEYS["ES256"])[:-60],
        b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ],
    ids=["empty", "text", "path", "surrogate", "bytes", "cut short", "broken OpenSSH", "broken PKCS#8"],
)
def test_what_is_no_private_key_is_told_what_one_looks_like(text: str | bytes) -> None:
    with pytest.raises(ConfigurationError, match=r"is not a private key in PEM form \(it begins with -----BEGIN") as caught:
        signing(text)
    assert caught.value.__context__ is None


def test_a_public_key_is_called_one() -> None:
    public = KEYS["ES256"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ConfigurationError, match="the private key is a public key; the private key stays with you"):
        signing(public)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\\n", "\\r\\n", "\\\\n", "\\\\r\\\\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "byte order mark"])
def test_a_key_is_read_however_its_line_ends_were_written(line_end: str, mark: str) -> None:
    signing(mark + pem(KEYS["ES256"]).decode().replace("\n", line_end))


@pytest.mark.parametrize("wrong", [None, 5, bytearray(b"x"), RSA_KEY])
def test_a_key_of_another_python_type_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="the private key must be PEM as a string or bytes, not"):
        signing(wrong)


def token_with(claims: Any) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in ({"alg": "none"}, claims)]
    return ".".join([*parts, ""])


@pytest.mark.parametrize("problem", [ValueError("Digest too big for RSA key"), jwt.InvalidKeyError("weak")], ids=repr)
def test_a_key_that_can_not_sign_says_so(problem: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = signing(pem(RSA_KEY), "RS512")

    def fail(*_: Any, **__: Any) -> None:  # as for an RSA key of 512 bits, which cryptography reads and does not make
        raise problem

    monkeypatch.setattr(jwt, "encode", fail)
    with pytest.raises(ConfigurationError, match="the private key can't sign with RS512; it may be too short"):
        provider.token_request()
