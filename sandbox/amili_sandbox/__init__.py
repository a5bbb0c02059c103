"""A local stand-in for the vendor's sandbox: real python-eve on a small embedded store, one process, no credentials."""
