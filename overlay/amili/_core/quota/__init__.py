"""The vendor's rate limit, enforced in the client: within one process, or shared by processes and machines."""

from amili._core.quota.quota import Quota

__all__ = ["Quota"]
