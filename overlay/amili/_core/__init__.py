"""The machinery below the two clients; nothing outside `amili` imports from it."""
