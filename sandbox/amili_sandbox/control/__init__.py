"""The routes under `/_sandbox/`."""
