"""One stand-in: its state, the application that answers, and the log of requests."""
