"""How the program ends: at the first signal in good order, but soon; at the second at once."""

import os
import shutil
import signal
import threading
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130  # the exit status that shells expect after Ctrl-C
SECONDS = 1.5  # for ending in good order
STDIN = 0


class Ending:
    """Ends the program at a signal, whatever it is doing, and removes the folder with the keys."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._signalled = False
        self._watchdog, self._wake_watchdog = os.pipe()

    def handle_signals(self, *, until_stdin_closes: bool) -> None:
        """Treat SIGTERM, and on request the end of stdin, like Ctrl-C."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._on_signal)
        threading.Thread(target=self._watch, daemon=True).start()
        if until_stdin_closes:
            threading.Thread(target=_interrupt_at_end_of_stdin, daemon=True).start()

    def exit(self, status: int) -> NoReturn:
        """End the program without the interpreter's own ending, which waits for a full pipe behind standard error."""
        shutil.rmtree(self._folder, ignore_errors=True)
        os._exit(status)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._signalled:
            self.exit(INTERRUPTED)
        self._signalled = True
        os.write(self._wake_watchdog, b"!")  # not a lock, which the interrupted code may hold
        raise KeyboardInterrupt

    def _watch(self) -> None:
        os.read(self._watchdog, 1)
        time.sleep(SECONDS)
        self.exit(0)  # a request holds the database, for example; its file is whole in any case


def _interrupt_at_end_of_stdin() -> None:
    while os.read(STDIN, 65536):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
