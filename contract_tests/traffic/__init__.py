"""Traffic that others recorded: reads their files, compares them with the contract, and keeps no value of them."""

from contract_tests.traffic.judging import Judged
from contract_tests.traffic.reading import Traffic, read_traffic

__all__ = ["Judged", "Traffic", "read_traffic"]
