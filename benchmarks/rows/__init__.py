"""One module per row of the table; each has `rows()`, which measures and returns what it found."""
