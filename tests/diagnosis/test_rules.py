"""Every rule finds its patient, and stays silent on its healthy twin and on every other rule's."""

from __future__ import annotations

import pytest

from livegrad.codes import CODES, SEVERITIES
from livegrad.diagnosis.engine import RULES, diagnose
from livegrad.diagnosis.finding import Diagnosis
from livegrad.observation.recorder import Recorder
from livegrad.observation.training import built
from livegrad.records import from_jsonable, to_jsonable
from livegrad.treatment.prescription import REMEDIES


def diagnosis_of(build, seed: int) -> Diagnosis:
    training = built(build, seed)
    recorder = Recorder(models=(("", training.model),)).attach()
    training.run()
    recorder.detach()
    return diagnose(recorder.evidence()[0])


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("code", RULES)
def test_a_rule_finds_its_patient_and_nothing_else(code, seed):
    diagnosis = diagnosis_of(RULES[code].patient, seed)
    assert [finding.code for finding in diagnosis.findings] == [code], diagnosis.findings
    assert not diagnosis.healthy
    finding = diagnosis.findings[0]
    assert finding.severity in ("error", "warning")
    assert finding.place
    assert finding.evidence
    for text in (finding.seen, finding.harm, finding.advice, finding.explanation):
        assert text.en
        assert text.ko
        assert "{" not in text.en + text.ko


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("code", RULES)
def test_nothing_is_found_in_the_healthy_twin(code, seed):
    diagnosis = diagnosis_of(RULES[code].healthy_twin, seed)
    assert diagnosis.findings == ()
    assert diagnosis.learning
    assert diagnosis.healthy


def test_evidence_and_diagnosis_survive_a_file():
    diagnosis = diagnosis_of(RULES["exploding-gradient"].patient, 0)
    assert repr(from_jsonable(Diagnosis, to_jsonable(diagnosis))) == repr(diagnosis)


@pytest.mark.parametrize("code", RULES)
def test_codes_and_remedies_that_a_rule_names_exist(code):
    rule = RULES[code]
    assert code in CODES
    assert set(rule.explains) <= set(CODES)
    diagnosis = diagnosis_of(rule.patient, 0)
    assert diagnosis.findings[0].severity in SEVERITIES
    for remedy in diagnosis.findings[0].remedies:
        assert code in REMEDIES.find(remedy).codes


def test_no_finding_can_explain_itself_by_a_circle():
    def behind(code: str, seen: frozenset[str]) -> None:
        assert code not in seen, f"{code} explains itself through {sorted(seen)}"
        for effect in RULES[code].explains if code in RULES else ():
            behind(effect, seen | {code})

    for code in RULES:
        behind(code, frozenset())


@pytest.mark.parametrize(("skip", "first"), [(True, "lsuv"), (False, "reinitialise")])
def test_against_an_explosion_the_first_remedy_fits_the_network(skip, first):
    from livegrad.diagnosis.learning import Learning
    from livegrad.observation.evidence import Evidence, Layer
    from livegrad.text import same

    layers = tuple(
        Layer(
            name=str(k),
            kind="Linear",
            activation="relu",
            initial_gain=3.0,
            skip=skip and 0 < k < 9,
            is_output=k == 9,
            gradient=(8.0 - k, 8.0 - k),
        )
        for k in range(10)
    )
    seen = Evidence(model="Net", steps=100, layers=layers, sampled=(0, 1))
    failing = Learning(False, same(""), skill=-3.0, start=900.0, end=900.0)
    (finding,) = RULES["exploding-gradient"].look(seen, failing)
    assert finding.remedies[0] == first
    assert len(set(finding.remedies)) == len(finding.remedies) == 9
