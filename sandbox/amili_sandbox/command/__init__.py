"""The command `amili-sandbox`."""
