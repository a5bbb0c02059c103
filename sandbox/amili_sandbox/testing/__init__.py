"""Starting a stand-in from a program or a test, and controlling it."""
