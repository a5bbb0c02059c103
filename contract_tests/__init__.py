"""The contract suite: tells whether the contract, the stand-in and the vendor agree. docs/contract.md says how to use it."""
