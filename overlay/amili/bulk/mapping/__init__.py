"""The map from the columns of a file to properties: its TOML, a proposal for a file, and how cells become values."""

from amili.bulk.mapping.map import Column, Map
from amili.bulk.mapping.properties import Kind, kind_of, properties_of
from amili.bulk.mapping.proposal import meant_property, propose
from amili.bulk.mapping.toml_file import load_map, map_text, parse_map
from amili.bulk.mapping.values import Values, looks_like_total

__all__ = [
    "Column",
    "Kind",
    "Map",
    "Values",
    "kind_of",
    "load_map",
    "looks_like_total",
    "map_text",
    "meant_property",
    "parse_map",
    "properties_of",
    "propose",
]
