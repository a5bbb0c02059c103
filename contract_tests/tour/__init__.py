"""The tour: a fixed scenario over all operations, outcomes and transitions, against the model."""

from contract_tests.tour.cancellation import CANCEL, cancel
from contract_tests.tour.crediting import CREDIT, credit, outcome
from contract_tests.tour.random_data import Variety
from contract_tests.tour.run import STEPS, Step, answers_come_in_time, cancel_all, clean_up, is_wrong, name_of, take
from contract_tests.tour.sample_cases import OUR_NAME
from contract_tests.tour.session import Stuck, Traveller

__all__ = [
    "CANCEL",
    "CREDIT",
    "OUR_NAME",
    "STEPS",
    "Step",
    "Stuck",
    "Traveller",
    "Variety",
    "answers_come_in_time",
    "cancel",
    "cancel_all",
    "clean_up",
    "credit",
    "is_wrong",
    "name_of",
    "outcome",
    "take",
]
