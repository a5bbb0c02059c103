"""`where`: conditions on cases, and the JSON they are sent as."""

from amili._query.arguments import Projection, Sort, projection_names, sort_text, where_text
from amili._query.condition import Condition
from amili._query.encoding import canonical_json, exact_amount, is_identifier, text_problem
from amili._query.namespace import where, without_positions

__all__ = [
    "Condition",
    "Projection",
    "Sort",
    "canonical_json",
    "exact_amount",
    "is_identifier",
    "projection_names",
    "sort_text",
    "text_problem",
    "where",
    "where_text",
    "without_positions",
]
