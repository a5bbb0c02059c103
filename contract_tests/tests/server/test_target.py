import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from contract_tests.options import NotConfigured
from contract_tests.server.target import _provider, from_environment

HERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("API_CODE", "PRIVATE_KEY", "PRIVATE_KEY_FILE"):
        monkeypatch.delenv(f"AMILI_{name}", raising=False)
    for name, value in {"TOKEN": "x", "ACCOUNT": "a" * 24, "CREDITOR": "b" * 24}.items():
        monkeypatch.setenv(f"AMILI_{name}", value)
    return monkeypatch


@pytest.mark.parametrize("name", ["AMILI_TOKEN", "AMILI_ACCOUNT", "AMILI_CREDITOR"])
def test_what_is_missing_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    with pytest.raises(NotConfigured, match=name):
        from_environment(HERE, None)


def test_another_server_is_asked_at_90_requests_a_minute_and_this_machine_without_a_limit() -> None:
    assert from_environment("https://api.example.se", None).rate == 90
    assert from_environment("https://api.example.se", 30).rate == 30
    assert from_environment(HERE, None).rate == 0


@pytest.mark.parametrize("folded", [False, True])
def test_a_private_key_may_stand_on_one_line(environment: pytest.MonkeyPatch, folded: bool) -> None:
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(*form).decode()
    environment.delenv("AMILI_TOKEN")
    environment.setenv("AMILI_API_CODE", "code")
    environment.setenv("AMILI_PRIVATE_KEY", pem.replace("\n", "\\n") if folded else pem)
    assert _provider(HERE).renewable
