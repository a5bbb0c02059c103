"""The tour: a deterministic walk over all operations, outcomes and transitions, against a model of money and lifecycle."""
