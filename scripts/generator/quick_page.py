"""The quick reader of a page of cases, `amili_api/quick.py`, written from the models as the generator has understood them.

msgspec makes structs of the bytes, in C and without a dict for each object; models are made of the structs by place.
"""

from collections.abc import Iterable

from edits import DecimalProperty
from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.enum_property import EnumProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty

ROOT = "CasePage"
# What the models make of a value, which the struct leaves as it came.
_MADE: dict[type, str] = {
    AnyProperty: "{}",
    BooleanProperty: "{}",
    IntProperty: "{}",
    StringProperty: "{}",
    DateTimeProperty: "parse_datetime({})",
    DecimalProperty: "parse_amount({})",
}
_HEADER = '''"""Reads a page of cases with msgspec. Made by scripts/regenerate from openapi/amili.yaml; do not edit.

A struct takes what its model takes and nothing else: a property that the contract does not know is a ValueError. Then the page
is for `from_dict`, which keeps it. What is read here is what `from_dict` would have made of it.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder

{imports}
from .codec import parse_amount, parse_datetime, parse_short_fraction
'''
_CLASS = """

class _{name}(Struct, forbid_unknown_fields=True, gc=False{rename}):
    {fields}


def _{function}(read: _{name}) -> {name}:
    return {name}(
        {values},
    )
"""
_FOOTER = """

_structs = Decoder(_{root}, float_hook=parse_short_fraction).decode


def read_page(content: bytes | str) -> {root}:
    return _{function}(_structs(content))


# By the function whose work they do.
READERS: dict[Callable[..., Any], Callable[[bytes | str], Any]] = {{{root}.from_dict: read_page}}
"""


class Module:
    """The module that reads `CasePage`, as it is being written: each struct after those that it holds."""

    def __init__(self, models: Iterable[ModelProperty]) -> None:
        self._models = {str(model.class_info.name): model for model in models}
        self._imports, self._classes = set[str](), dict[str, str]()

    def text(self) -> str:
        """Return the module; raises RuntimeError naming a property of a kind that it can't read."""
        root = self._models[ROOT]
        self._declare(root)
        footer = _FOOTER.format(root=ROOT, function=root.class_info.module_name)
        return _HEADER.format(imports="\n".join(sorted(self._imports))) + "".join(self._classes.values()) + footer

    def _declare(self, model: ModelProperty) -> None:
        fields, values, rename = list[str](), list[str](), dict[str, str]()
        for prop in [*(model.required_properties or []), *(model.optional_properties or [])]:
            if prop.default is not None:
                raise self._strange(prop)
            kind, made = self._read(prop)
            place, name = f"read.{prop.python_name}", prop.name.get_untrusted_value()
            absent = " = None" if kind == "Any" else " | None = None"
            fields.append(f"{prop.python_name}: {kind}{'' if prop.required else absent}")
            guard = "" if prop.required or made == "{}" else f"None if {place} is None else "
            values.append(guard + made.format(place))
            if prop.python_name != name:
                rename[str(prop.python_name)] = name
        name = self._imported(model)
        self._classes[name] = _CLASS.format(
            name=name,
            function=model.class_info.module_name,
            fields="\n    ".join(fields),
            values=",\n        ".join(values),
            rename=f", rename={rename}" if rename else "",
        )

    def _read(self, prop: PropertyProtocol) -> tuple[str, str]:
        """Return the type of a property in its struct, and what makes the model's value of it."""
        if isinstance(prop, ListProperty):
            kind, made = self._read(prop.inner_property)
            return f"list[{kind}]", f"[{made.format('item')} for item in {{}}]"
        if isinstance(prop, EnumProperty):
            function = f"read_{prop.class_info.module_name}"
            self._imports.add(f"from .models.{prop.class_info.module_name} import {function}")
            return "Any", f"{function}({{}})"
        if isinstance(prop, ModelProperty):
            model = self._models[str(prop.class_info.name)]
            if not model.required_properties and not model.optional_properties:
                return "Any", f"{self._imported(model)}.from_dict({{}})"
            self._declare(model)
            return f"_{model.class_info.name}", f"_{model.class_info.module_name}({{}})"
        if type(prop) not in _MADE:
            raise self._strange(prop)
        return "Any", _MADE[type(prop)]

    def _imported(self, prop: ModelProperty) -> str:
        self._imports.add(f"from .models.{prop.class_info.module_name} import {prop.class_info.name}")
        return str(prop.class_info.name)

    @staticmethod
    def _strange(prop: PropertyProtocol) -> RuntimeError:
        kind = type(prop).__name__
        return RuntimeError(f"scripts/generator/quick_page.py has to learn to read {prop.name.get_untrusted_value()} ({kind})")
