"""`where`: conditions on cases, and the JSON they are sent as."""

from amili._query.arguments import Projection, Sort, field_named, projection_names, sort_text, where_text
from amili._query.condition import Condition
from amili._query.encoding import canonical_json, exact_amount, is_identifier, text_problem
from amili._query.fields import Field
from amili._query.namespace import listed_fields, where, without_positions

__all__ = [
    "Condition",
    "Field",
    "Projection",
    "Sort",
    "canonical_json",
    "exact_amount",
    "field_named",
    "is_identifier",
    "listed_fields",
    "projection_names",
    "sort_text",
    "text_problem",
    "where",
    "where_text",
    "without_positions",
]
