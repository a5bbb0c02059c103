"""The class of all commands: the options that each has, and how it ends."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from amili.cli.frame.exit_codes import Exit
from amili.cli.frame.failures import report
from amili.cli.frame.notices import notice
from amili.cli.frame.session import Session

F = TypeVar("F", bound=Callable[..., Any])
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 80}


class AmiliCommand(click.Command):
    """A command whose failures are one line on standard error, and whose function returns an exit code or nothing.

    `interrupted` says what to do after Ctrl-C.
    """

    def __init__(self, *arguments: Any, interrupted: str = "Nothing was changed.", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.interrupted = interrupted
        common: dict[str, Any] = {"expose_value": False, "callback": _keep}
        own = [
            click.Option(["--profile"], metavar="NAME", default=None, help="Use this profile.", **common),
            click.Option(["--debug"], is_flag=True, default=False, help="Log requests, and where it failed.", **common),
        ]
        self.params.extend(own)

    def invoke(self, context: click.Context) -> Any:
        """Run the command and end with its exit code."""
        session = _session(context)
        if session.debug:
            logging.basicConfig(stream=sys.stderr, level=logging.DEBUG, format="%(name)s: %(message)s")
        try:
            status = super().invoke(context)
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            _let_go_of_output()
            context.exit(Exit.OUTPUT_CLOSED)
        except KeyboardInterrupt:
            notice(f"\namili: interrupted. {self.interrupted.format(again=session.again)}")
            context.exit(Exit.INTERRUPTED)
        except Exception as problem:
            if session.debug:
                logging.exception("the command failed")
            context.exit(report(problem, session))
        context.exit(status or Exit.DONE)

    def format_epilog(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they are, without wrapping."""
        formatter.write(f"\n{self.epilog}\n")


def command(name: str, **options: Any) -> Callable[[F], AmiliCommand]:
    """Make a command of a function that takes the Session first; `example` is what --help shows of its use."""
    example, interrupted = options.pop("example"), options.pop("interrupted", None)
    options |= {"interrupted": interrupted} if interrupted else {}
    options |= {"context_settings": {**_CONTEXT, **options.pop("context_settings", {})}}
    epilog = "\n".join(f"  {line}" for line in example.splitlines())

    def make(function: F) -> AmiliCommand:
        made: AmiliCommand = click.command(name, cls=AmiliCommand, epilog=f"Examples:\n{epilog}", **options)(
            click.pass_obj(function)
        )
        return made

    return make


def form_options(function: F) -> F:
    """Add the options that say in which form data is printed."""
    function = click.option("--csv", "as_csv", is_flag=True, default=False, help="Print CSV.")(function)
    return click.option("--json", "as_json", is_flag=True, default=False, help="Print JSON, one document a line.")(function)


def output_options(function: F) -> F:
    """Add the options that say how data of persons is printed."""
    text = "Do not mask names and ID numbers."
    function = click.option("--show-personal-data", "shows_persons", is_flag=True, default=False, help=text)(function)
    return form_options(function)


def _session(context: click.Context) -> Session:
    if not isinstance(context.obj, Session):
        context.obj = Session()
    return context.obj


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    session = _session(context)
    if value:
        setattr(session, str(parameter.name), value)


def _let_go_of_output() -> None:
    """Point standard output to nowhere: what is still buffered would raise again when the interpreter ends."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
