"""What is changed in openapi-python-client: named edits to its installed templates, and two rules of its parser.

Each edit says why it is there and how often its text must be found; the first that does not match stops everything
before a file is written. No template is copied into this project.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import openapi_python_client as opc
from attrs import evolve
from openapi_python_client.parser import bodies, openapi, properties, responses
from openapi_python_client.parser.properties.enum_property import EnumProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.schema import UntrustedString
from openapi_python_client.strings import PythonIdentifier


@dataclass(frozen=True)
class Edit:
    """Replace `old` by `new` in one template, exactly `count` times."""

    name: str
    why: str
    template: str
    old: str
    new: str
    count: int = 1


MODEL, ENDPOINT, MACROS = "model.py.jinja", "endpoint_module.py.jinja", "endpoint_macros.py.jinja"
ENUM_PROPERTY = "property_templates/enum_property.py.jinja"
MODELS, PACKAGE = "models_init.py.jinja", "package_init.py.jinja"
TYPES, CLIENT, ENUM = "types.py.jinja", "client.py.jinja", "str_enum.py.jinja"
DATETIME, DECIMAL = "property_templates/datetime_property.py.jinja", "property_templates/decimal_property.py.jinja"
_WIRE = "dump_any, dump_datetime, dump_decimal, parse_datetime, parse_decimal"
_LAZY = "    {% for lazy_import in model.lazy_imports | sort %}\n        {{ lazy_import }} # noqa: PLC0415\n    {% endfor %}\n"
_GUARDED = "{% if loop.first %}\nif TYPE_CHECKING:\n{% endif %}\n  {{ lazy_import }}\n"
_UNSET_CLASS = "class Unset:\n    def __bool__(self) -> Literal[False]:\n        return False\n\n\nUNSET: Unset = Unset()\n\n"
_MISSING = '''
    @classmethod
    def _missing_(cls, value: object) -> Self:
        """Keep a value that the contract does not know: equal to its text, and written back as it came."""
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is not a text")
        unknown = str.__new__(cls, value)
        unknown._name_ = "UNKNOWN"
        unknown._value_ = value
        return unknown
'''
_EAGER_MODELS = "{% for import in imports | sort %}\n{{ import }}\n{% endfor %}\n"
_LAZY_MODELS = """from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
{% for import in imports | sort %}
    {{ import }}
{% endfor %}

_HOMES = {
{% for import in imports | sort %}
    "{{ import.split()[3] }}": "{{ import.split()[1] }}",
{% endfor %}
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name], __name__), name)
    return value

"""
_EAGER_CLIENT = "from .client import AuthenticatedClient, Client\n"
_LAZY_CLIENT = """from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import AuthenticatedClient, Client


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(".client", __name__), name)
    return value

"""
_READ = """

# The member for a value; unlike a call of the class it remembers, also what the contract does not know.
read_{{ enum.class_info.module_name }} = lru_cache(256)({{ enum.class_info.name }})
"""
_LOOP = "{% for property in model.required_properties + model.optional_properties %}\n"
_BY_NAME = _LOOP + "            {{ property.python_name }}={{ property.python_name }},\n{% endfor %}\n"
_BY_PLACE = "".join(
    f"{_LOOP}{{% if {which} %}}\n            {{{{ property.python_name }}}},\n{{% endif %}}\n{{% endfor %}}\n"
    for which in ("property.default is none and property.required", "property.default is not none or not property.required")
)
_NOT_KNOWN = "{k: v for k, v in d.items() if k not in _KNOWN}"
_BY_PLACE += f"""{{% if model.additional_properties and additional_property_type == 'Any' %}}
            None if _KNOWN.issuperset(d.keys()) else {_NOT_KNOWN},
{{% endif %}}
"""
_EXTRAS_AFTER = f"""{{% if additional_property_type != 'Any' %}}
        {{{{ module_name }}}}.additional_properties = {_NOT_KNOWN}
{{% endif %}}
"""
_EXTRAS_FIELD = "    additional_properties: dict[str, {{ additional_property_type }}] = _attrs_field(init=False, factory=dict)\n"
_EXTRAS_MADE_LATE = """    _additional_properties: dict[str, {{ additional_property_type }}] | None = _attrs_field(
        default=None, eq=lambda extras: extras or {}, repr=lambda extras: repr(extras or {})
    )
"""
_EXTRAS_PROPERTY = """    @property
    def additional_properties(self) -> dict[str, {{ additional_property_type }}]:
        if self._additional_properties is None:
            self._additional_properties = {}
        return self._additional_properties

    @additional_properties.setter
    def additional_properties(self, value: dict[str, {{ additional_property_type }}]) -> None:
        self._additional_properties = value

"""
_EXTRA_KEYS = "    @property\n    def additional_keys(self)"
_EXTRAS = "        for prop_name, prop_dict in d.items():\n"
_EXTRAS_ONLY = _EXTRAS + "            if prop_name in _KNOWN:\n                continue\n"
_TYPE_VARIABLE = 'T = TypeVar("T", bound="{{ class_name }}")\n'
_KNOWN = """_KNOWN: frozenset[str] = frozenset((
{% for property in model.required_properties + model.optional_properties %}
    "{{ property.name | in_double_quote_literal }}",
{% endfor %}
))
"""
_SHOWN = "field(factory=dict, kw_only=True, alias="
_HIDDEN = "field(factory=dict, kw_only=True, repr=False, alias="

EDITS = (
    Edit("wire", "the functions that read and write values", MODEL, "from ..types import UNSET, Unset\n",
         f"from ..types import UNSET, Unset\nfrom ..codec import {_WIRE}\n"),
    Edit("dates in", "the vendor answers RFC 1123", DATETIME, "datetime.datetime.fromisoformat({{ source }})",
         "parse_datetime({{ source }})"),
    Edit("dates out", "the framework refuses ISO 8601", DATETIME, 'source + ".isoformat()"',
         '"dump_datetime(" + source + ")"'),
    Edit("extras out", "unknown properties may hold Decimals", MODEL, "field_dict.update(self.additional_properties)",
         "field_dict.update(dump_any(self._additional_properties or {}))"),
    Edit("no copy", "a copy of each object, emptied by pop(), cost a fifth of reading it", MODEL, "d = dict(src_dict)",
         "d = src_dict"),
    Edit("read", "the same", MODEL, "'d.pop(\"' + (property.name | in_double_quote_literal) + '\")'",
         "'d[\"' + (property.name | in_double_quote_literal) + '\"]'"),
    Edit("read optional", "the same", MODEL, "'d.pop(\"' + (property.name | in_double_quote_literal) + '\", UNSET)'",
         "'d.get(\"' + (property.name | in_double_quote_literal) + '\", UNSET)'"),
    Edit("source type", "a reply that can't be read is read again by a dict that remembers where it was", MODEL,
         "src_dict: Mapping[str, Any]", "src_dict: dict[str, Any]"),
    Edit("known", "what is not among these is kept in additional_properties", MODEL, _TYPE_VARIABLE, _TYPE_VARIABLE + _KNOWN),
    Edit("extras made late", "few objects have any; a dict in each of them cost a tenth of the time and a sixth of the memory",
         MODEL, _EXTRAS_FIELD, _EXTRAS_MADE_LATE),
    Edit("extras when asked for", "the same", MODEL, _EXTRA_KEYS, _EXTRAS_PROPERTY + _EXTRA_KEYS),
    Edit("extras of a kind", "the same", MODEL, _EXTRAS, _EXTRAS_ONLY),
    Edit("extras read", "the same", MODEL, "        {{ module_name }}.additional_properties = d\n", _EXTRAS_AFTER),
    Edit("imports", "imports inside from_dict cost almost half of its time", MODEL, _GUARDED, "{{ lazy_import }}\n"),
    Edit("no inner imports", "the same", MODEL, _LAZY, "", count=3),
    Edit("by place", "43 keywords cost five times as much as 43 places; the order is that of the class", MODEL, _BY_NAME,
         _BY_PLACE),
    Edit("quick enum", "calling the class costs five times as much", ENUM_PROPERTY,
         "{{ property.class_info.name }}({{ source }})", "read_{{ property.class_info.module_name }}({{ source }})"),
    Edit("json wire", "the function that reads JSON exactly", ENDPOINT, "from ...types import Response, UNSET\n",
         "from ...types import Response, UNSET\nfrom ...codec import parse_json\n"),
    Edit("exact json", "response.json() would round amounts to doubles", MACROS, "response.source.attribute",
         'response.source.attribute | replace("response.json()", "parse_json(response.content)")', count=3),
    Edit("any status", "HTTPStatus knows no 520", ENDPOINT, "HTTPStatus(response.status_code)", "response.status_code"),
    Edit("any status type", "the same", TYPES, "status_code: HTTPStatus", "status_code: int"),
    Edit("any status import", "the same", TYPES, "from http import HTTPStatus\n", ""),
    Edit("no Unset", "an absent property is None, which also pickles and compares", TYPES, _UNSET_CLASS, ""),
    Edit("no Unset export", "the same", TYPES, '"UNSET", "File", "FileTypes", "RequestFiles", "Response", "Unset"',
         '"File", "FileTypes", "RequestFiles", "Response"'),
    Edit("open enum", "a state that the contract does not know must not lose a page of cases", ENUM,
         "        return str(self.value)\n", "        return str(self.value)\n" + _MISSING + _READ),
    Edit("open enum type", "the same", ENUM, "from enum import StrEnum\n",
         "from enum import StrEnum\nfrom functools import lru_cache\nfrom typing import Self\n"),
    Edit("models when used", "30 classes cost more to import than httpx", MODELS, _EAGER_MODELS, _LAZY_MODELS),
    Edit("client when used", "the same", PACKAGE, _EAGER_CLIENT, _LAZY_CLIENT),
    Edit("timeout", "the generator's default is to wait for ever", CLIENT,
         'field(default=None, kw_only=True, alias="timeout")',
         'field(factory=lambda: httpx.Timeout(30.0, connect=5.0), kw_only=True, alias="timeout")'),
    Edit("api key", "the contract's security scheme, which the generator does not read", CLIENT, "'\"Bearer\"'", "'\"\"'"),
    Edit("api key header", "the same", CLIENT, "'\"Authorization\"'", "'\"X-API-Key\"'"),
    Edit("quiet token", "repr must not show a token", CLIENT, 'namespace(type="str", default="", docstring="The token',
         'namespace(type="str", default="field(repr=False)", docstring="The token'),
    Edit("quiet headers", "they hold the token", CLIENT, _SHOWN + '"headers"', _HIDDEN + '"headers"'),
    Edit("quiet cookies", "they may hold one", CLIENT, _SHOWN + '"cookies"', _HIDDEN + '"cookies"'),
    Edit("quiet arguments", "they may hold one", CLIENT, _SHOWN + '"httpx_args"', _HIDDEN + '"httpx_args"'),
)  # fmt: skip


def edited_templates() -> dict[str, str]:
    """Return the templates that differ from the installed ones; raises RuntimeError naming the first edit that misses."""
    source = Path(opc.__file__).parent / "templates"
    texts: dict[str, str] = {}
    for edit in EDITS:
        text = texts.get(edit.template) or (source / edit.template).read_text(encoding="utf-8")
        found = text.count(edit.old)
        if found != edit.count:
            raise RuntimeError(f"edit '{edit.name}' found its text {found} times in {edit.template}, not {edit.count}")
        texts[edit.template] = text.replace(edit.old, edit.new)
    texts[DECIMAL] = texts[DATETIME].replace("datetime", "decimal").replace("}}, str)", "}}, (int, float, Decimal))")
    return texts


_ABSENT = (
    (re.compile(r"not isinstance\(([\w.]+),\s*Unset\)"), r"\1 is not None"),
    (re.compile(r"isinstance\(([\w.]+),\s*Unset\)"), r"\1 is None"),
    (re.compile(r"^from \.+types import UNSET, Unset\n", re.MULTILINE), ""),
    (re.compile(r"(import Response), UNSET"), r"\1"),
    (re.compile(r"v is not UNSET and v is not None"), "v is not None"),
    (re.compile(r"\b(Unset|UNSET)\b"), "None"),
)


def absent_as_none(code: str) -> str:
    """Turn the generator's `Unset` for an absent property into None, wherever its templates and its parser write it."""
    for pattern, replacement in _ABSENT:
        code = pattern.sub(replacement, code)
    return code


class DecimalProperty(FloatProperty):
    """A number of format `decimal`: Decimal in Python, a number in JSON."""

    _type_string: ClassVar[str] = "Decimal"
    _json_type_string: ClassVar[str] = "int | float"
    template: ClassVar[str] = "decimal_property.py.jinja"

    def get_imports(self, *, prefix: str) -> set[str]:
        """Return the import lines that a module with such a property needs."""
        return {*super().get_imports(prefix=prefix), "from decimal import Decimal"}


def patch_parser() -> None:
    """Teach the parser: a `format: decimal` is a Decimal, `x-python-name` names the attribute, an enum has its own reader."""
    imports_of = EnumProperty.get_imports

    def get_imports(prop: EnumProperty, *, prefix: str) -> set[str]:
        module = prop.class_info.module_name
        return {*imports_of(prop, prefix=prefix), f"from {prefix}models.{module} import read_{module}"}

    EnumProperty.get_imports = get_imports  # type: ignore[assignment, method-assign]
    original: Callable[..., tuple[Any, Any]] = properties.property_from_data

    def property_from_data(name: UntrustedString, required: bool, data: Any, schemas: Any, **rest: Any) -> tuple[Any, Any]:
        prop, schemas = original(name=name, required=required, data=data, schemas=schemas, **rest)
        if isinstance(prop, FloatProperty) and getattr(data, "schema_format", None) == "decimal":
            prop = DecimalProperty(prop.name, prop.required, prop.default, prop.python_name, prop.description, prop.example)
        python_name = (data.model_extra or {}).get("x-python-name")
        if python_name:
            prop = evolve(prop, python_name=PythonIdentifier(UntrustedString(str(python_name)), prefix=""))
        return prop, schemas

    for module in (properties, bodies, openapi, responses):
        if getattr(module, "property_from_data", None) is not original:
            raise RuntimeError(f"{module.__name__} no longer uses property_from_data; the rules would not reach it")
        module.property_from_data = property_from_data  # type: ignore[attr-defined]
