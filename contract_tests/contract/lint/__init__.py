"""The linter of the contract: strict, decided, sourced, and without loss in Python."""
