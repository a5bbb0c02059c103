"""Breaches of the contract, to measure how many of them a contract suite notices."""

from amili_sandbox.wrong_behaviour.active_faults import ActiveFaults
from amili_sandbox.wrong_behaviour.contract_fault import ContractFault
from amili_sandbox.wrong_behaviour.table import CONTRACT_FAULTS

__all__ = ["CONTRACT_FAULTS", "ActiveFaults", "ContractFault"]
