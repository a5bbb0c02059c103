"""The pages: one module for each, and the application that they are part of."""

from amili_inspector.pages.stand_in import stand_in_app

__all__ = ["stand_in_app"]
