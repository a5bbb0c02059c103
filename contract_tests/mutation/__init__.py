"""How many deliberately wrong servers the suite detects."""
