"""Key pairs for signing, made at the start, in a folder that is removed at the end."""

from pathlib import Path
from typing import Any

from bson import ObjectId
from bson.errors import InvalidId
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from amili_sandbox.access.credentials import Credential


def write_new_key(file: Path) -> Any:
    """Write a new P-256 private key as PEM, readable by its owner only, and return the public key."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    file.touch(mode=0o600)
    file.write_bytes(pem)
    return key.public_key()


def read_credential(description: Any) -> Credential:
    """Return the credential that a JSON object describes: `account`, `api_code`, `public_key`."""
    try:
        account, api_code, pem = (description[name] for name in ("account", "api_code", "public_key"))
        if not isinstance(api_code, str):
            raise TypeError
        return Credential(ObjectId(account), api_code, serialization.load_pem_public_key(pem.encode()))
    except (AttributeError, KeyError, TypeError, ValueError, InvalidId, UnsupportedAlgorithm):
        raise ValueError(
            'a key is registered with {"account": "…", "api_code": "…", "public_key": "-----BEGIN PUBLIC KEY-----…"}'
        ) from None
