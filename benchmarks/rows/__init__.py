"""One module for each row of the table; its `rows()` measures and returns the results."""
