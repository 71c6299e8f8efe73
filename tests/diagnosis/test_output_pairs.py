"""Which output, loss and target fit each other, and which do not: all by evidence, without a training."""

from __future__ import annotations

import pytest

from livegrad.diagnosis.engine import RULES
from livegrad.diagnosis.learning import Learning
from livegrad.observation.evidence import Evidence, Output
from livegrad.text import Text

LEARNED = Learning(None, Text("", ""))


def found(**output) -> str | None:
    given = {"low": 0.1, "high": 0.9, "target_low": 0.0, "target_high": 1.0, "units": 3} | output
    evidence = Evidence(model="Net", steps=100, output=Output(**given))
    findings = RULES["wrong-output-activation"].look(evidence, LEARNED)
    for finding in findings:
        assert finding.place == "loss"
        assert "{" not in finding.explanation.en + finding.explanation.ko + finding.advice.ko
    return findings[0].severity if findings else None


@pytest.mark.parametrize(
    ("severity", "output"),
    [
        ("error", {"loss": "cross_entropy", "operations": ("softmax",), "target": "classes"}),
        ("error", {"loss": "cross_entropy", "rows_sum_to_one": True, "target": "classes"}),
        ("error", {"loss": "cross_entropy", "units": 1, "target": "classes"}),
        ("warning", {"loss": "cross_entropy", "operations": ("relu",), "target": "classes"}),
        ("warning", {"loss": "cross_entropy", "operations": ("tanh",), "target": "classes"}),
        (None, {"loss": "cross_entropy", "operations": ("log_softmax",), "target": "classes"}),
        (None, {"loss": "cross_entropy", "target": "classes"}),
        ("error", {"loss": "binary_cross_entropy_with_logits", "operations": ("sigmoid",)}),
        ("warning", {"loss": "binary_cross_entropy_with_logits", "operations": ("tanh",)}),
        (
            "error",
            {"loss": "binary_cross_entropy_with_logits", "operations": ("softmax",), "units": 1},
        ),
        (None, {"loss": "binary_cross_entropy_with_logits"}),
        ("error", {"loss": "binary_cross_entropy", "operations": ("softmax",), "units": 1}),
        (None, {"loss": "binary_cross_entropy", "operations": ("sigmoid",)}),
        ("error", {"loss": "nll_loss", "operations": ("softmax",), "target": "classes"}),
        ("error", {"loss": "nll_loss", "target": "classes", "low": -3.0, "high": 4.0}),
        (None, {"loss": "nll_loss", "operations": ("log_softmax",), "low": -9.0, "high": -0.1}),
        (
            "error",
            {"loss": "mse_loss", "operations": ("sigmoid",), "target": "real", "target_high": 90.0},
        ),
        (
            "error",
            {"loss": "l1_loss", "operations": ("relu",), "target": "real", "target_low": -4.0},
        ),
        ("error", {"loss": "mse_loss", "operations": ("softmax",), "units": 1, "target": "real"}),
        (None, {"loss": "mse_loss", "operations": ("sigmoid",), "target": "unit-interval"}),
        (
            None,
            {
                "loss": "mse_loss",
                "operations": ("tanh",),
                "target": "real",
                "low": -5.0,
                "target_high": 7.0,
            },
        ),
        (None, {"loss": "mse_loss", "target": "real", "target_high": 90.0}),
        (None, {"loss": "kl_div"}),
    ],
)
def test_what_fits_is_left_alone_and_what_does_not_is_named(severity, output):
    assert found(**output) == severity


def test_a_range_that_a_few_targets_leave_is_forgiven_to_a_network_that_learns():
    output = Output(
        loss="mse_loss",
        operations=("sigmoid",),
        target="real",
        low=0.0,
        high=1.0,
        target_low=-0.1,
        target_high=1.1,
    )
    learned = Learning(True, Text("", ""), skill=0.9)
    evidence = Evidence(model="Net", steps=100, output=output)
    assert RULES["wrong-output-activation"].look(evidence, learned) == ()
