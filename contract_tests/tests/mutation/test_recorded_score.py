from contract_tests.mutation.recorded_score import RecordedScore

SCORE = RecordedScore({"tour": frozenset(), "schemathesis": frozenset({"a"})}, {"b": "it changes nothing"})


def test_a_survivor_is_expected_to_fail_and_only_by_not_being_detected() -> None:
    (mark,) = SCORE.marks("schemathesis", "a")
    assert (mark.name, mark.kwargs["strict"], mark.kwargs["raises"]) == ("xfail", True, AssertionError)
    assert SCORE.marks("tour", "a") == SCORE.marks("schemathesis", "new") == []


def test_every_fault_is_detected_by_some_layer_and_nearly_all_by_the_tour() -> None:
    recorded = RecordedScore.load()
    assert frozenset.intersection(*recorded.survivors.values()) == frozenset()
    assert len(recorded.survivors["tour"]) <= 5
