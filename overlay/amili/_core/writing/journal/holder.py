"""Which process holds a lease on an entry of the journal, and whether that process has certainly ended."""

import json
import os
import platform
import secrets
from pathlib import Path

from amili._core.engine import PerProcess

_PROC = Path("/proc")
_ENDED = "ended"


def process_identity() -> str:
    """Return a string that identifies this process; another one after a fork."""
    return _identity.get()


def new_identity() -> str:
    """Return another string that identifies this process: each of its threads can have one of its own."""
    pid = os.getpid()
    return json.dumps([secrets.token_hex(8), _namespace(pid), pid, _start_time(pid)])


_identity = PerProcess(new_identity)


def has_ended(holder: str) -> bool:
    """Return whether the process that holds a lease has certainly ended.

    If that can't be determined, returns False and the lease's expiry decides. A process has ended if it ran on this machine (host
    name and boot id), in this pid namespace, and its pid is unused now or belongs to a process with another start time: pids are
    reused, in a restarted container at once. A zombie has ended. It can't be determined for another machine, for another pid
    namespace (so for some restarted containers), and without /proc (macOS, Windows).
    """
    try:
        _, namespace, pid, start = json.loads(holder)
        if None in (namespace, start) or namespace != _namespace(os.getpid()):
            return False
        os.kill(pid, 0)  # sends no signal, only checks
    except ProcessLookupError:
        return True
    except PermissionError:  # it is running as another user
        pass
    except (ValueError, TypeError, OverflowError):  # written by another version
        return False
    return _start_time(pid) not in (start, None)


def _namespace(pid: int) -> list[str] | None:
    """Return what identifies this pid namespace; None if it can't be read, or if /proc belongs to another namespace."""
    try:
        if os.readlink(_PROC / "self") != str(pid):
            return None
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
        return [platform.node(), boot, os.readlink(_PROC / "self/ns/pid")]
    except OSError:
        return None


def _start_time(pid: int) -> str | None:
    """Return when a process started, in the kernel's ticks since boot; None if that can't be read."""
    try:
        state, *fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return _ENDED if state in "ZX" else fields[18]
