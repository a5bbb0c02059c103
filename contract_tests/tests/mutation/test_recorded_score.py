from contract_tests.mutation.recorded_score import RecordedScore

SCORE = RecordedScore(
    {"tour": frozenset(), "schemathesis": frozenset({"a"})}, {"b": "it changes nothing"}, {"schemathesis": frozenset({"c"})}
)


def test_a_survivor_is_expected_to_fail_and_only_by_not_being_detected() -> None:
    (mark,) = SCORE.marks("schemathesis", "a")
    assert (mark.name, mark.kwargs["strict"], mark.kwargs["raises"]) == ("xfail", True, AssertionError)
    assert SCORE.marks("tour", "a") == SCORE.marks("schemathesis", "new") == []


def test_what_is_detected_by_chance_may_be_detected_or_not() -> None:
    (mark,) = SCORE.marks("schemathesis", "c")
    assert (mark.name, mark.kwargs["strict"]) == ("xfail", False)
    assert SCORE.marks("tour", "c") == []


def test_every_fault_is_detected_by_the_tour() -> None:
    recorded = RecordedScore.load()
    assert recorded.survivors["tour"] == frozenset()
    assert "tour" not in recorded.by_chance
