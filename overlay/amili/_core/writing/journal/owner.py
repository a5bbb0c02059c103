"""Who holds an entry of the journal, and whether that process surely runs no more."""

import json
import os
import platform
import secrets
from pathlib import Path

from amili._core.engine import PerProcess

_PROC = Path("/proc")
_ENDED = "ended"


def this_process() -> str:
    """Return what tells this process from every other one; another text after a fork."""
    return _identity.get()


def _new_identity() -> str:
    pid = os.getpid()
    return json.dumps([secrets.token_hex(8), _place(pid), pid, _start(pid)])


_identity = PerProcess(_new_identity)


def is_dead(owner: str) -> bool:
    """Tell whether the process that holds an entry surely runs no more. When unsure it does, and `held_until` decides.

    It is dead if it ran on this machine (host name and boot id), in this pid namespace, and no process has its pid now, or one
    that started at another time: pids are given anew, in a restarted container at once. A zombie is dead. Nothing can be told of
    another machine, of another pid namespace (so of some restarted containers), and where there is no /proc (macOS, Windows).
    """
    try:
        _, place, pid, start = json.loads(owner)
        if None in (place, start) or place != _place(os.getpid()):
            return False
        os.kill(pid, 0)  # only asks
    except ProcessLookupError:
        return True
    except PermissionError:  # it runs, for another user
        pass
    except (ValueError, TypeError, OverflowError):  # as another version wrote it
        return False
    return _start(pid) not in (start, None)


def _place(pid: int) -> list[str] | None:
    """Return where pids mean what they mean here; None if that can't be told, or /proc is that of another namespace."""
    try:
        if os.readlink(_PROC / "self") != str(pid):
            return None
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return [platform.node(), boot, os.readlink(_PROC / "self/ns/pid")]
    except OSError:
        return None


def _start(pid: int) -> str | None:
    """Return when a process started, in the kernel's ticks since boot; None if that can't be read."""
    try:
        state, *fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return _ENDED if state in "ZX" else fields[18]
