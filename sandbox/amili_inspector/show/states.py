"""States as words."""


def state_word(state: str) -> str:
    """Return a state as words: `debt_collection` is `debt collection`; unknown ones the same way."""
    return state.replace("_", " ")
