"""`amili completion`: the script that completes commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from amili.cli.frame import Session, command

_SHELLS = ("bash", "zsh", "fish")


@command(
    "completion",
    help="Print the script by which a shell completes commands and options.",
    example='eval "$(amili completion bash)"\namili completion fish > ~/.config/fish/completions/amili.fish',
)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, _: Session, shell: str) -> None:
    kind = get_completion_class(shell)
    assert kind is not None
    made = kind(context.find_root().command, {}, "amili", "_AMILI_COMPLETE")
    click.echo(made.source_template % made.source_vars())
