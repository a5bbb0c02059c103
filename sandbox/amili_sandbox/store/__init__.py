"""A small document store that answers like the part of MongoDB that python-eve uses."""
