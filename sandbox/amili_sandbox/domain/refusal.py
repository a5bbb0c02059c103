"""The refusal of a well-formed request."""

from collections.abc import Mapping


class Refused(Exception):
    """The request breaks a rule; the issues name the fields and say why, as validation does."""

    def __init__(self, issues: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {issue}" for field, issue in issues.items()))
        self.issues = dict(issues)
