"""The pages to look at a stand-in: what they show of it, and the address they are served at."""

from amili_sandbox.inspection.mount import Pages

__all__ = ["Pages"]
