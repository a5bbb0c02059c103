"""Breaches of the contract, each one a switch, to measure how many of them a contract suite notices."""
