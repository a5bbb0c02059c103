"""One request on its way: time budget, quota, token, path and retries. Pure decisions that yield effects; no I/O."""

from amili._core.engine.attempts import attempt, failure
from amili._core.engine.budget import Budget, logger, place_in_quota
from amili._core.engine.context import AUTHENTICATE, Context, log_attempt
from amili._core.engine.effects import Answer, Call, Do, Effect, Lost, Plan, Send, Sleep, Turn, Wait
from amili._core.engine.paths import Paths, Spelling
from amili._core.engine.per_process import PerProcess
from amili._core.engine.quota import Quota
from amili._core.engine.retry import Retry, gave_up, may_have_happened
from amili._core.engine.validation import checked_base_url, is_duration, is_whole

__all__ = [
    "AUTHENTICATE",
    "Answer",
    "Budget",
    "Call",
    "Context",
    "Do",
    "Effect",
    "Lost",
    "Paths",
    "PerProcess",
    "Plan",
    "Quota",
    "Retry",
    "Send",
    "Sleep",
    "Spelling",
    "Turn",
    "Wait",
    "attempt",
    "checked_base_url",
    "failure",
    "gave_up",
    "is_duration",
    "is_whole",
    "log_attempt",
    "logger",
    "may_have_happened",
    "place_in_quota",
]
