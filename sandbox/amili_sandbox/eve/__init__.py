"""Python-eve, set up as the vendor's seems to be, on the sandbox's own store."""
