from pathlib import Path

from contract_tests.mutation.faults import CLEAN, Fault, Job, Outcome
from contract_tests.mutation.ratchet import Recorded, record
from contract_tests.mutation.score import Score

FAULTS = [Fault("a"), Fault("b"), Fault("c", "second"), Fault("same")]


def outcome(layer: str, fault: str, killed: bool, seed: int = 0) -> Outcome:
    return Outcome(Job(fault, layer, seed), killed, 1.0, 10, "credit_case: a rule at /amount" if killed else "")


def score(*, tour: str, machine: str, alarms: int = 0) -> Score:
    outcomes = [outcome("tour", fault.name, fault.name in tour) for fault in FAULTS]
    outcomes += [outcome("machine", fault.name, fault.name in machine) for fault in FAULTS]
    outcomes += [outcome("machine", CLEAN, seed < alarms, seed) for seed in range(3)]
    return Score.of(outcomes, FAULTS, {"same": "it changes nothing"})


def test_survivors_are_named_by_layer_and_together_and_equivalents_are_not_counted() -> None:
    measured = score(tour="ab", machine="a")
    assert (measured.survivors("tour"), measured.survivors("machine"), measured.survivors()) == (["c"], ["b", "c"], ["c"])
    told = "\n".join(measured.lines())
    assert "tour: 2 of 3 (first hand 2 of 2, second hand 0 of 1)" in told
    assert "equivalent: same (it changes nothing)" in told
    assert "30 requests" not in told
    assert "tour: 2 of 3 (first hand 2 of 2, second hand 0 of 1); 4 s, 40 requests" in told


def test_the_goals_are_every_fault_together_nearly_all_by_the_tour_and_no_false_alarm() -> None:
    assert list(score(tour="abc", machine="").unmet()) == []
    assert [goal.partition(":")[0] for goal in score(tour="ab", machine="c").unmet()] == ["the tour notices 95%"]
    assert len(list(score(tour="ab", machine="a", alarms=2).unmet())) == 3


def test_a_fault_that_was_noticed_and_is_not_any_more_is_worse(tmp_path: Path) -> None:
    file = tmp_path / "score.yaml"
    record(score(tour="abc", machine="ab"), file)
    recorded = Recorded.load(file)
    assert recorded.survivors == {"tour": frozenset(), "machine": frozenset({"c"})}
    assert list(recorded.worse(score(tour="abc", machine="a"))) == ["machine no longer notices b"]
    assert list(recorded.worse(score(tour="abc", machine="abc"))) == []
    assert list(recorded.better(score(tour="abc", machine="abc"))) == ["machine notices c now"]


def test_a_new_fault_asks_to_be_recorded_and_is_not_worse(tmp_path: Path) -> None:
    file = tmp_path / "score.yaml"
    file.write_text("faults: [a, b, same]\nsurvivors: {tour: [], machine: []}\n")
    assert list(Recorded.load(file).worse(score(tour="ab", machine="ab"))) == []
    assert list(Recorded.load(file).better(score(tour="ab", machine="ab"))) == ["c is new"]
