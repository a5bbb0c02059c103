"""The version of this package, as it names itself to the API."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("amili")
except PackageNotFoundError:  # pragma: no cover - a copy of the sources that was never installed
    VERSION = "0"

USER_AGENT = f"amili-python/{VERSION}"
