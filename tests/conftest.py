"""No test asserts how long something takes, so hypothesis does not either: machines are busy."""

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
