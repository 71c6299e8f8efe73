"""One sentence for each outcome; never "healthy" where it is not known."""

from dataclasses import replace

import pytest
from report import specimens

from livegrad.report.cases import cases
from livegrad.report.outcome import HEADLINES, outcome


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cured", "cured"),
        ("no_cure", "no-cure"),
        ("sick", "sick"),
        ("healthy", "healthy"),
        ("diverged", "sick"),
        ("gan", "but"),
        ("deep", "cured"),
        ("recurrent", "but"),
        ("unseen", "unseen"),
        ("compiled", "unseen"),
        ("unknown", "unknown"),
        ("empty", "unseen"),
    ],
)
def test_each_specimen_has_its_outcome(name: str, kind: str) -> None:
    said = outcome(specimens.ALL[name]())
    assert said.kind == kind
    assert said.headline == HEADLINES[said.kind]


def test_a_cure_after_which_it_still_does_not_learn_is_not_called_one() -> None:
    report = specimens.cured()
    assert report.proof is not None
    winner = replace(specimens.WINNER, diagnosis=specimens.SICK)
    still = replace(report, proof=replace(report.proof, races=(winner,), after=winner))
    assert outcome(still).kind == "improved"


def test_a_training_that_cannot_be_judged_is_not_called_healthy() -> None:
    report = specimens.healthy()
    unjudged = replace(report, diagnoses=(replace(report.diagnoses[0], learning=None),))
    assert outcome(unjudged).kind == "unjudged"


def test_the_proof_goes_to_the_training_that_was_raced() -> None:
    report = specimens.cured()
    second = replace(report.proof, training=1)
    both = replace(report, diagnoses=(specimens.SOUND, specimens.SICK), proof=second)
    assert [case.proof is not None for case in cases(both)] == [False, True]
