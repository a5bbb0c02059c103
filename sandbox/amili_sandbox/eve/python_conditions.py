"""Conditions in Python's syntax, such as `where=a==1`, on Python 3.14 as on older versions.

Eve reads literals with `visit_Num`, `visit_Str`, `.n` and `.s`, which are deprecated since Python 3.12 and removed in 3.14.
"""

import ast
from types import SimpleNamespace

from eve.io.mongo import parser


class Visitor(parser.MongoVisitor):
    """Eve's visitor, except that it reads literals by names that every supported Python has."""

    def visit_Constant(self, node: ast.Constant) -> None:
        """Take a number or a text; Eve passes over everything else, `True` and `None` included."""
        if isinstance(node.value, str | int | float | complex) and not isinstance(node.value, bool):
            self.current_value = node.value

    def visit_Call(self, node: ast.Call) -> None:
        """Give the arguments of `ObjectId()` and `datetime()` the two names that Eve reads them by."""
        given = [SimpleNamespace(n=arg.value, s=arg.value) if isinstance(arg, ast.Constant) else arg for arg in node.args]
        super().visit_Call(SimpleNamespace(func=node.func, args=given))


def install_visitor() -> None:
    """Make Eve's parser use this visitor; doing it again changes nothing."""
    parser.MongoVisitor = Visitor
