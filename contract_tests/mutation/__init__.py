"""How good is the suite? It is run on servers that are wrong on purpose, and what it misses is listed by name."""
