"""What an error reporter can reach from an exception: it takes structures apart as far as they go, and calls only repr."""

from collections.abc import Iterable, Iterator, Mapping
from types import FrameType, FunctionType, MethodType, ModuleType, TracebackType
from typing import Any

OURS = ("amili", "amili_api")
_PLAIN = (str, bytes, bytearray, int, float, complex, type(None), type, ModuleType, FunctionType, FrameType, TracebackType)


def exceptions(problem: BaseException | None) -> Iterator[BaseException]:
    """The exception and all that are behind it, shown by a traceback or not."""
    seen, waiting = set[int](), [problem]
    while waiting:
        found = waiting.pop()
        if found is not None and id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += [found.__cause__, found.__context__, *getattr(found, "exceptions", ())]


def frames(problem: BaseException) -> Iterator[FrameType]:
    """The frames of the tracebacks of an exception and of all that are behind it."""
    for each in exceptions(problem):
        traceback = each.__traceback__
        while traceback is not None:
            yield traceback.tb_frame
            traceback = traceback.tb_next


def is_ours(frame: FrameType) -> bool:
    """Whether a frame is of one of our packages."""
    return str(frame.f_globals.get("__name__")).split(".")[0] in OURS


def leaks(problem: BaseException, secrets: Iterable[str]) -> list[str]:
    """Where one of the secrets is found: in the exceptions, and in the locals of frames of our packages."""
    roots = {f"{type(each).__name__}": each for each in exceptions(problem)}
    found = [f"{name}: {path}" for name, each in roots.items() for path in _places(each, [*secrets])]
    for frame in frames(problem):
        if is_ours(frame):
            where = f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}"
            found += [f"{where}: {path}" for path in _places(dict(frame.f_locals), [*secrets])]
    return found


def _places(root: Any, secrets: list[str]) -> Iterator[str]:
    """The paths below a value where a secret stands, as text or bytes."""
    seen, waiting = dict[int, Any](), [("", root)]
    while waiting:
        path, value = waiting.pop()
        if id(value) in seen or _is_of_a_test(value):
            continue
        seen[id(value)] = value
        text = value.decode("latin-1") if isinstance(value, bytes | bytearray) else str(value) if isinstance(value, str) else ""
        if any(secret in (text or _shown(value)) for secret in secrets):
            yield path
        waiting += [(f"{path}.{name}", inner) for name, inner in _parts(value)]


def _is_of_a_test(value: object) -> bool:
    return type(value).__module__.split(".")[0] in ("tests", "_pytest", "pytest")


def _shown(value: Any) -> str:
    try:
        return repr(value)
    except Exception:
        return ""


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """What a value is made of: items, attributes, slots; of a bound method its object."""
    if isinstance(value, _PLAIN):
        return
    if isinstance(value, Mapping):
        for key, inner in [*value.items()]:
            yield from ((f"key {key!r}", key), (f"[{key!r}]", inner))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from ((f"[{number}]", inner) for number, inner in enumerate(value))
    if isinstance(value, MethodType):
        yield "__self__", value.__self__
    yield from getattr(value, "__dict__", {}).items()
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for slot in [slots] if isinstance(slots, str) else slots:
            name = f"_{kind.__name__.lstrip('_')}{slot}" if slot.startswith("__") and not slot.endswith("__") else slot
            if hasattr(value, name):
                yield name, getattr(value, name)
    if isinstance(value, BaseException):
        yield "args", value.args
