"""The assumptions that are settings or schema rules of Eve."""

from typing import Any

from eve import Eve
from eve.utils import config

from amili_sandbox.eve.resources import GUIDE_PATHS
from amili_sandbox.eve.validation import Validator
from amili_sandbox.state import Assumptions


def apply_assumptions(app: Eve, assumptions: Assumptions) -> None:
    """Configure Eve according to the present assumptions."""
    Validator.known_schemas.clear()
    regex_refused = assumptions["regex"] == "refused"
    app.config["MONGO_QUERY_BLACKLIST"] = ["$where", "$regex"] if regex_refused else ["$where"]
    for resource in app.config["DOMAIN"].values():
        resource["bulk_enabled"] = assumptions["bulk"] == "accepted"
        resource["pagination_limit"] = int(assumptions.number("greatest_max_results"))
        resource["optimize_pagination_for_speed"] = assumptions["page_total"] == "left_out"
    for schema in _schemas(app, "invoice--registrations"):
        address = schema["customer"]["schema"]["address"]["schema"]
        address["country"]["required"] = assumptions["country"] == "required"
        line = schema["matrix"]["schema"]["schema"]
        line["number_of_units"]["required"] = assumptions["number_of_units"] == "required"
    for schema in _schemas(app, "creditor--creditings"):
        schema["account"]["readonly"] = assumptions["account_in_crediting"] == "readonly"
    # Eve looks each setting up through two proxies, a dozen times for each document. As attributes of the outer proxy they
    # save a tenth of a request or more. One process serves one application, so they cannot be confused.
    vars(config).update(app.config)


def _schemas(app: Eve, reference: str) -> list[dict[str, Any]]:
    """Return the schema under both spellings of a path."""
    names = [reference, *(guide for guide, name in GUIDE_PATHS.items() if name == reference)]
    return [app.config["DOMAIN"][name]["schema"] for name in names]
