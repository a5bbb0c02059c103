"""Where settings come from: a profile named by an option, the environment, the profile in use, the rest of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amili._core.engine import Secret
from amili._errors import ConfigurationError, similar_name

CONFIG, PROFILE, PREFIX = "AMILI_CONFIG", "AMILI_PROFILE", "AMILI_"
SECRETS = ("token", "api_code", "private_key")  # never in the file itself
CREDENTIAL_FILES = ("token_file", "api_code_file", "private_key_file")
FILES = (*CREDENTIAL_FILES, "journal", "quota")
KEYS = ("base_url", *CREDENTIAL_FILES, "insecure", "account", "creditor", "journal", "quota")
_AROUND = "\ufeff \t\r\n"


@dataclass(frozen=True)
class Layer:
    """Settings of one origin, by their names in the file; `source` names the origin for a person."""

    source: str
    values: Mapping[str, Secret[str]]
    profile: str | None = None


def config_file(environ: Mapping[str, str], folder: Path) -> Path:
    """Return the file with profiles, in the application's folder unless AMILI_CONFIG names another one."""
    return Path(environ[CONFIG]).expanduser() if environ.get(CONFIG) else folder / "config.toml"


def layers(profile: str | None, environ: Mapping[str, str], folder: Path) -> list[Layer]:
    """Return where settings come from, the strongest first; raises ConfigurationError for a file that can't be used.

    A profile named by an option is stronger than the environment: otherwise a write meant for one server could go to another.
    """
    file = config_file(environ, folder)
    document = _read(file, required=bool(environ.get(CONFIG)))
    profiles = document.pop("profiles", {})
    default = document.pop("profile", None)
    if not isinstance(profiles, dict) or not all(isinstance(each, dict) for each in profiles.values()):
        raise ConfigurationError(f"{file}: [profiles.NAME] must be tables")
    chosen = profile or environ.get(PROFILE) or default
    if chosen is not None and chosen not in profiles:
        raise ConfigurationError(_no_profile(chosen, profiles, file))
    used = [] if chosen is None else [Layer(f"profile {chosen}", _values(profiles[chosen], file), chosen)]
    found = [_environment(environ), *used] if profile is None else [*used, _environment(environ)]
    return [*found, Layer(str(file), _values(document, file))]


def _no_profile(name: Any, profiles: Mapping[str, Any], file: Path) -> str:
    known = f"it has {', '.join(sorted(profiles))}" if profiles else "it has none" if file.exists() else "the file does not exist"
    return f"there is no profile {name!r} in {file}: {known}"


def _environment(environ: Mapping[str, str]) -> Layer:
    names = (*KEYS, *SECRETS)
    given = {name: environ.get(PREFIX + name.upper(), "").strip(_AROUND) for name in names}
    return Layer("environment", {name: Secret(value) for name, value in given.items() if value})


def _read(file: Path, *, required: bool) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        if required:
            raise ConfigurationError(f"{CONFIG}={file} does not exist") from None
        return {}
    except (OSError, ValueError) as problem:  # the error of TOML has a line and a column, no value
        raise ConfigurationError(f"{file} can't be read: {getattr(problem, 'strerror', None) or problem}") from None


def _values(table: Mapping[str, Any], file: Path) -> dict[str, Secret[str]]:
    return {name: Secret(_value(name, value, file)) for name, value in table.items()}


def _value(name: str, value: Any, file: Path) -> str:
    """Return a value of the file as the environment would have it; names of files are relative to the file."""
    if name in SECRETS:
        raise ConfigurationError(f"{file}: {name} is a secret: put it into a file of its own, which {name}_file names")
    if name not in KEYS:
        similar = similar_name(name, KEYS)
        hint = f"did you mean {similar}?" if similar else f"there are {', '.join(KEYS)}"
        raise ConfigurationError(f"{file}: there is no setting {name!r}; {hint}")
    if name == "insecure" and isinstance(value, bool):
        return "1" if value else ""
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(f"{file}: {name} must be {'true or false' if name == 'insecure' else 'text in quotes'}")
    if name in FILES and "://" not in value and (name, value) != ("quota", "off"):
        return str(file.parent / Path(value).expanduser())
    return value
