"""Keeps a stand-in open after a test that failed, so that a person can look at it."""

import sys

from amili_sandbox.testing.process import SandboxProcess


def address_to_look_at(process: SandboxProcess) -> str:
    """Return the address of the page of the case that the last requests were about, or of all pages if they touched none."""
    cases = [case for request in process.requests() for case in request["cases"]]
    return f"{process.page}cases/{cases[-1]}" if cases else process.page


def wait_for_enter() -> None:
    """Wait until Enter is pressed, or the terminal is gone; without one do not wait."""
    if sys.stdin is not None and sys.stdin.isatty():
        print("The stand-in stays as it is until you press Enter. ", end="", flush=True)
        sys.stdin.readline()
    else:
        print("It is not kept open, as there is no terminal to press Enter in.", flush=True)
