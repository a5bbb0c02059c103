"""The version of this package, from which the build takes it, and as it names itself to the API."""

VERSION = "0.1.0"
USER_AGENT = f"amili-python/{VERSION}"
