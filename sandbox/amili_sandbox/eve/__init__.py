"""Python-eve, configured as the vendor's seems to be, on the sandbox's own store."""

from amili_sandbox.eve.app import make_app
from amili_sandbox.eve.data_layer import make_data_layer
from amili_sandbox.eve.errors import apply_error_style
from amili_sandbox.eve.rendering import COMPACT
from amili_sandbox.eve.resources import CANCELLATION, CREDITING, CUSTOMER, GUIDE_PATHS, LINE, REGISTRATION
from amili_sandbox.eve.switches import apply_assumptions

__all__ = [
    "CANCELLATION",
    "COMPACT",
    "CREDITING",
    "CUSTOMER",
    "GUIDE_PATHS",
    "LINE",
    "REGISTRATION",
    "apply_assumptions",
    "apply_error_style",
    "make_app",
    "make_data_layer",
]
