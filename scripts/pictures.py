"""Run the command `amili` in a pseudo-terminal against a stand-in, and draw what the terminal shows as SVG.

Ports, identifiers, OCR numbers and times are replaced, so that the same output gives the same file.
"""

import fcntl
import os
import pty
import re
import shlex
import shutil
import struct
import sys
import tempfile
import termios
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from amili_sandbox.testing import SandboxProcess
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
PICTURES, EXAMPLES = ROOT / "docs" / "pictures", ROOT / "docs" / "examples"
COMMAND = 'import sys; from amili.cli import main; sys.argv[0] = "amili"; sys.exit(main())'
# Name of a picture: columns of the terminal, whether it is dark, and the commands that it shows.
SHOWN: dict[str, tuple[int, bool, tuple[str, ...]]] = {
    "bulk-check": (80, True, ("bulk check wrong.csv --map map.toml", "bulk check invoices.csv --map map.toml")),
    "bulk-register": (
        100,
        True,
        (
            "bulk register invoices.csv --map map.toml",
            "bulk resume invoices.csv",
            "bulk results invoices.csv",
        ),
    ),
    "cases": (
        100,
        False,
        (
            "case INV-1",
            "cases state=initializing --sort invoice_number --columns invoice_number,state,total_remaining_capital_amount",
        ),
    ),
    "doctor": (80, False, ("doctor",)),
}
IDENTIFIERS = ((r"\b[0-9a-f]{24}\b", "68e4c1ab0000000000000001"), (r"\b20\d{18}\b", "20252806663259506081"))
REPLACED = (
    (r"127\.0\.0\.1:\d+", "127.0.0.1:8050"),
    (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?", "2025-10-07T02:00:00Z"),
    (r"/\S*/(?=[\w.]+\.(?:sqlite|toml|csv))", "~/"),
)


def main() -> int:
    """Draw all pictures, or those that are named; returns how many could not be drawn."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, SandboxProcess() as sandbox:
        for file in EXAMPLES.glob("*.csv"):
            shutil.copy(file, folder)
        text = Path(folder, "invoices.csv").read_text(encoding="utf-8")
        wrong = text.replace("1 234,50", "1234.5O").replace("2025-11-06", "6/11 2025")
        Path(folder, "wrong.csv").write_text(wrong, encoding="utf-8")
        settings = {f"AMILI_{name.upper()}": getattr(sandbox, name) for name in ("base_url", "token", "account", "creditor")}
        home = {"HOME": folder, "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", "TZ": "UTC"}
        environment = {**home, **settings, "AMILI_QUOTA": "off", "AMILI_JOURNAL": "journal.sqlite"}
        show("bulk map invoices.csv -o map.toml", 80, folder, environment)
        for name, (columns, dark, commands) in SHOWN.items():
            screen = "".join(f"\x1b[1m$ amili {each}\x1b[0m\n{show(each, columns, folder, environment)}\n" for each in commands)
            draw(numbered(screen.rstrip("\n")), columns, dark, PICTURES / f"{name}.svg")
            print(PICTURES.relative_to(ROOT) / f"{name}.svg")
    return 0


def show(words: str, columns: int, folder: str, environment: dict[str, str]) -> str:
    """Run a command in a terminal so wide, and return what is on its screen at the end, with the sequences that colour it."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execve(sys.executable, (sys.executable, "-c", COMMAND, *shlex.split(words)), environment)  # noqa: S606
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    written = b"".join(_chunks(terminal)).decode()
    os.waitpid(process, 0)
    os.close(terminal)
    text = "\n".join(_left(line) for line in _without_bar(written).replace("\r\n", "\n").split("\n"))
    for pattern, same in REPLACED:
        text = re.sub(pattern, same, text)
    return text


def _chunks(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # Linux: the process has ended
            return
        if not chunk:
            return
        yield chunk


def _without_bar(written: str) -> str:
    """Return what is left when the bar of progress is gone, which hides the cursor, shows it again and erases itself."""
    return re.sub(r"\x1b\[\?25l.*?\x1b\[\?25h(\r\x1b\[1A\x1b\[2K)?", "", written, flags=re.DOTALL)


def _left(line: str) -> str:
    """Return what is left of a line that was begun again."""
    return line.rpartition("\r")[2].removeprefix("\x1b[2K")


def numbered(screen: str) -> str:
    """Return a screen with the identifiers of its cases and their OCR numbers counted in the order in which they appear."""
    for pattern, first in IDENTIFIERS:
        for count, each in enumerate(dict.fromkeys(re.findall(pattern, screen))):
            screen = screen.replace(each, f"{first[:-1]}{(int(first[-1]) + count) % 10}")
    return screen


def draw(screen: str, columns: int, dark: bool, file: Path) -> None:
    """Draw a screen."""
    console = Console(record=True, width=columns, file=StringIO(), force_terminal=True, color_system="truecolor")
    for line in Text.from_ansi(screen).split("\n"):  # a terminal goes on in the next line, whatever the word
        for part in line.divide(range(columns, len(line), columns)):
            console.print(part, no_wrap=True, overflow="ignore")
    theme = SVG_EXPORT_THEME if dark else DEFAULT_TERMINAL_THEME
    svg = console.export_svg(title="amili", theme=theme, unique_id=file.stem)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # which would load fonts from elsewhere
    svg = svg.replace('stroke="rgba(255,255,255,0.35)"', 'stroke="rgba(128,128,128,0.6)"')  # seen on white as well
    svg = svg.replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace")
    file.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
