"""Where settings come from: an option, the environment, a profile, the file; and secrets never from the file itself."""

from pathlib import Path

import pytest
from amili_sandbox.testing import SandboxProcess

from tests.overlay.cli.running import Command, Terminal

ELSEWHERE = "https://api.example.invalid"


@pytest.fixture
def file(home: Path) -> Path:
    folder = home / "config" / "amili"
    folder.mkdir(parents=True)
    return folder / "config.toml"


def sources(amili: Command, *arguments: str) -> dict[str, tuple[str, str]]:
    """Return the value and the source of each setting that is set."""
    ended = amili("config", "--json", *arguments)
    assert ended.code == 0, ended.err
    return {each["setting"]: (each["value"], each["source"]) for each in ended.documents if each["value"] is not None}


def test_the_order_of_the_sources(amili: Command, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(
        'profile = "b"\ncreditor = "of the file"\naccount = "of the file"\nbase_url = "https://file.example.invalid"\n'
        '[profiles.a]\nbase_url = "https://a.example.invalid"\n'
        '[profiles.b]\nbase_url = "https://b.example.invalid"\naccount = "of b"\ninsecure = true\n'
    )
    found = sources(amili)
    assert found["base_url"] == ("https://b.example.invalid", "profile b")
    assert (found["account"][0], found["creditor"]) == ("of b", ("of the file", str(file)))
    assert found["insecure"] == ("1", "profile b")
    monkeypatch.setenv("AMILI_PROFILE", "a")
    assert sources(amili)["base_url"][1] == "profile a"
    monkeypatch.setenv("AMILI_BASE_URL", f" {ELSEWHERE}\n")
    assert sources(amili)["base_url"] == (ELSEWHERE, "environment")
    assert sources(amili, "--profile", "b")["base_url"][1] == "profile b"  # it was named for this command


def test_secrets_are_never_shown(amili: Command, monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> None:
    for name in ("TOKEN", "API_CODE", "PRIVATE_KEY"):
        monkeypatch.setenv(f"AMILI_{name}", "s3cret")
    monkeypatch.setenv("AMILI_QUOTA", "postgresql://me:s3cret@127.0.0.1/amili")
    monkeypatch.setenv("AMILI_BASE_URL", ELSEWHERE)
    amili("config")
    assert "(set, not shown)" in terminal.getvalue()
    assert "postgresql://***@127.0.0.1/amili" in terminal.getvalue()
    assert f"journals{Path('/')}api.example.invalid.sqlite" in terminal.getvalue()
    assert "s3cret" not in terminal.getvalue()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('token = "s3cret"', "token is a secret: put it into a file of its own, which token_file names"),
        ('[profiles.a]\napi_code = "s3cret"', "api_code is a secret"),
        ('base_ulr = "https://a.example.invalid"', "there is no setting 'base_ulr'; did you mean base_url?"),
        ("zzz = 1", "there is no setting 'zzz'; there are base_url, "),
        ("account = 1", "account must be text in quotes"),
        ('journal = " "', "journal must be text in quotes"),
        ("insecure = 2", "insecure must be true or false"),
        ("profiles = 1", "[profiles.NAME] must be tables"),
        ("[profiles]\na = 1", "[profiles.NAME] must be tables"),
        ('profile = "c"\n[profiles.a]\n[profiles.b]', "there is no profile 'c' in "),
        ("profile = ", "can't be read: Invalid value (at end of document)"),
    ],
)
def test_a_wrong_file(amili: Command, file: Path, text: str, message: str) -> None:
    file.write_text(text + ("\n[profiles.a]\n" if "[profiles" not in text and "profiles =" not in text else ""))
    ended = amili("config", *(("--profile", "a") if "[profiles.a]\napi" in text else ()))
    assert (ended.code, ended.out) == (3, "")
    assert message.replace("at end of document", "at line 1, column 11") in ended.err
    assert "s3cret" not in ended.err


def test_a_profile_that_is_not_there(amili: Command, file: Path) -> None:
    assert "the file does not exist" in amili("config", "--profile", "a").err
    file.write_text("")
    assert "it has none" in amili("config", "--profile", "a").err
    file.write_text("[profiles.b]\n[profiles.c]\n")
    assert "it has b, c" in amili("config", "--profile", "a").err


def test_the_file_may_be_elsewhere(amili: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMILI_CONFIG", "own.toml")
    assert amili("config").err.startswith("amili: AMILI_CONFIG=own.toml does not exist.")
    (home / "own.toml").write_text('journal = "j.sqlite"\nquota = "postgresql://127.0.0.1/a"\n')
    assert sources(amili)["journal"][0] == "j.sqlite"
    assert sources(amili)["quota"][0] == "postgresql://127.0.0.1/a"
    (home / "folder").mkdir()
    monkeypatch.setenv("AMILI_CONFIG", "folder")
    assert "folder can't be read: Is a directory" in amili("config").err


def test_a_profile_with_its_secrets_in_files(amili: Command, file: Path, sandbox: SandboxProcess) -> None:
    (file.parent / "token").write_text(f"{sandbox.token}\n")
    (file.parent / "code").write_text(sandbox.api_code)
    file.write_text(
        f'base_url = "{sandbox.base_url}"\n[profiles.fixed]\ntoken_file = "token"\n'
        f'[profiles.signed]\napi_code_file = "code"\nprivate_key_file = "{sandbox.private_key_file}"\n'
    )
    for profile in ("fixed", "signed"):
        assert amili("cases", "--profile", profile).code == 0
    assert amili("token", "--profile", "signed").out.startswith("renewable  yes\n")


def test_credentials_of_two_sources_are_not_mixed(
    amili: Command, file: Path, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file.parent / "token").write_text("a token of another server")
    file.write_text(
        f'base_url = "{sandbox.base_url}"\ntoken_file = "token"\n'
        f'[profiles.key]\nprivate_key_file = "{sandbox.private_key_file}"\n'
    )
    monkeypatch.setenv("AMILI_API_CODE", sandbox.api_code)  # with the key of the profile, and without the token of the file
    assert amili("cases", "--profile", "key").code == 0
    monkeypatch.setenv("AMILI_TOKEN", sandbox.token)
    monkeypatch.delenv("AMILI_API_CODE")
    assert "token_file" not in sources(amili)
    assert amili("cases").code == 0


def test_a_secret_given_twice(amili: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMILI_TOKEN", "a")
    monkeypatch.setenv("AMILI_TOKEN_FILE", "b")
    assert amili("config").err.startswith("amili: token and token_file are both set in environment; unset one of them.")


def test_a_secret_that_can_not_be_read(amili: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMILI_BASE_URL", ELSEWHERE)
    monkeypatch.setenv("AMILI_TOKEN_FILE", "t")
    assert amili("cases").err.startswith("amili: AMILI_TOKEN_FILE=t can't be read: No such file or directory.")
    (home / "t").write_bytes(b"\xff\xfe\xff")
    ended = amili("cases")
    assert (ended.code, "AMILI_TOKEN_FILE=t can't be read: it is not text." in ended.err) == (3, True)


def test_settings_that_are_missing_or_wrong(amili: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = amili("cases")
    assert ended.code == 3
    assert ended.err.startswith("amili: no server: set AMILI_BASE_URL, or base_url in a profile")
    monkeypatch.setenv("AMILI_BASE_URL", "http://api.example.invalid")
    assert "http URL" in amili("cases").err
    monkeypatch.setenv("AMILI_INSECURE", "yes")
    assert "AMILI_INSECURE must be 1, or not set" in amili("cases").err
    monkeypatch.setenv("AMILI_INSECURE", "1")
    assert "no credential" in amili("cases").err


def test_a_shared_quota(against: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMILI_QUOTA", "quota.sqlite")
    assert against("cases").code == 0
    assert (home / "quota.sqlite").exists()


def test_a_journal_of_its_own_for_each_profile(against: Command, file: Path) -> None:
    file.write_text("[profiles.'å/b']\n")
    shown = against("config", "--profile", "å/b").err
    assert ".-b.sqlite" in shown.replace("..", ".")
