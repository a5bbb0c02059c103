"""Network faults on request: delays, dropped connections, broken responses."""

from amili_sandbox.network_faults.environment import Environment
from amili_sandbox.network_faults.kinds import NETWORK_FAULTS, FaultContext
from amili_sandbox.network_faults.rules import RULE_FIELDS, FaultRules

__all__ = ["NETWORK_FAULTS", "RULE_FIELDS", "Environment", "FaultContext", "FaultRules"]
