"""The contract suite: do the contract, the stand-in and the vendor agree? See docs/contract.md."""
