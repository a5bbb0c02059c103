"""The internals of the two clients; nothing outside `amili` imports from here."""
