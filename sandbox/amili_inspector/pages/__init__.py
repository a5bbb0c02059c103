"""The pages: one module for each, and the applications that they are part of."""

from amili_inspector.pages.ledger import ledger_app
from amili_inspector.pages.stand_in import stand_in_app

__all__ = ["ledger_app", "stand_in_app"]
