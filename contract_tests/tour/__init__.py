"""The tour: a fixed scenario over all operations, outcomes and transitions, against the model."""

from contract_tests.tour.cancellation import cancel
from contract_tests.tour.documents import Documents
from contract_tests.tour.later_pages import pages_of_the_default_size
from contract_tests.tour.random_data import RandomData
from contract_tests.tour.run import STEPS, Step, cancel_all, clean_up, name_of, run_step
from contract_tests.tour.sample_cases import OUR_NAME
from contract_tests.tour.session import StepBlocked, TourSession

__all__ = [
    "OUR_NAME", "STEPS", "Documents", "RandomData", "Step", "StepBlocked", "TourSession", "cancel", "cancel_all", "clean_up",
    "name_of", "pages_of_the_default_size", "run_step",
]  # fmt: skip
