"""What a contract fault is, and how a function becomes one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from amili_sandbox.http import Reply
from amili_sandbox.wrong_behaviour.intercepted_exchange import InterceptedExchange

Apply = Callable[[InterceptedExchange], Reply]


@dataclass(frozen=True)
class ContractFault:
    """One breach of the contract: a changed exchange, or assumptions with values that the contract rules out."""

    name: str
    caught_by: str  # the kind of check that should notice it: see docs/sandbox.md
    description: str
    apply: Apply | None = None
    assumptions: Mapping[str, str | float] = field(default_factory=dict)
    group: str = ""


def contract_fault(caught_by: str, *, name: str = "") -> Callable[[Apply], ContractFault]:
    """Make a contract fault of a function, whose docstring describes it and whose name it bears unless another is given."""

    def decorate(apply: Apply) -> ContractFault:
        return ContractFault(name or apply.__name__, caught_by, (apply.__doc__ or "").strip(), apply)

    return decorate
