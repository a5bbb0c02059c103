"""`where`: the fields of a case by name, made from the contract, and any other by its dotted path."""

from amili._case_fields import CaseFields
from amili._fields import AnyField


class Where(CaseFields):
    """The fields of a case; `where.state == "invoice"` is a condition. `where.field("a.b")` reaches what is not listed."""

    def field(self, path: str) -> AnyField:
        """Return a field by its dotted path, for properties that the contract does not list."""
        return AnyField(path)


where: Where = Where()
