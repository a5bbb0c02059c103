"""Conditions in Python's syntax, `where=a==1`, on Python 3.14 as on older ones.

Eve reads a literal by the names `visit_Num`, `visit_Str`, `.n` and `.s`, which Python 3.12 deprecates and 3.14 no longer has.
"""

import ast
from types import SimpleNamespace

from eve.io.mongo import parser


class Visitor(parser.MongoVisitor):
    """Eve's visitor, which is handed each literal in the way of today's Python; what it makes of them stays its own."""

    def visit_Constant(self, node: ast.Constant) -> None:
        """Take a number or a text; Eve passes over everything else, `True` and `None` included."""
        if isinstance(node.value, str | int | float | complex) and not isinstance(node.value, bool):
            self.current_value = node.value

    def visit_Call(self, node: ast.Call) -> None:
        """Give the arguments of `ObjectId()` and `datetime()` the two names that Eve reads them by."""
        given = [SimpleNamespace(n=arg.value, s=arg.value) if isinstance(arg, ast.Constant) else arg for arg in node.args]
        super().visit_Call(SimpleNamespace(func=node.func, args=given))


def mend_parser() -> None:
    """Make Eve's parser use this visitor."""
    parser.MongoVisitor = Visitor
