"""Reports made by hand, true to life: what the drawings are tried on, and looked at.

Numbers of the sigmoid net are those of a real run (ten layers, scikit-learn's digits, SGD at 0.1).
"""

from __future__ import annotations

import math
from dataclasses import replace

from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.observation.evidence import (
    Data,
    Evidence,
    Layer,
    Loss,
    Optimizer,
    Output,
    Recording,
    Score,
)
from livegrad.report.facts import Report
from livegrad.text import Text, same
from livegrad.treatment.proof import Prescription, Proof, Runner, Start
from livegrad.treatment.remarks import LEFT_EARLY
from livegrad.treatment.repeats import joined

SAMPLED = tuple(range(0, 560, 20))
STEPS = 560
VERSIONS = {"livegrad": "0.1.0", "torch": "2.13.0", "python": "3.12.4"}


def wobble(step: int, size: float = 0.02) -> float:
    """Return a small number that looks like noise and is the same every time."""
    return size * math.sin(12.9898 * step + 78.233 * math.sin(step))


def series(value: float, *, drift: float = 0.0, count: int = len(SAMPLED)) -> tuple[float, ...]:
    """Return a series near ``value`` that drifts by ``drift`` over the training."""
    return tuple(value + drift * i / max(1, count - 1) + wobble(i, 0.03) for i in range(count))


def layers(
    heights: list[float],
    *,
    weights: list[float] | None = None,
    moved: list[float],
    activation: str,
    names: list[str] | None = None,
    saturated: float | None = None,
    asleep: list[float] | None = None,
) -> tuple[Layer, ...]:
    """Return a stack of Linear layers with the given gradients (log10 at the start)."""
    last = len(heights) - 1
    return tuple(
        Layer(
            name=names[i] if names else str(2 * i),
            kind="Linear",
            fan_in=64,
            units=10 if i == last else 64,
            activation=None if i == last else activation,
            is_output=i == last,
            initial_gain=0.577,
            gradient=series(height),
            weight_gradient=series((weights or heights)[i] - 0.4),
            update=tuple(moved[i] / STEPS for _ in SAMPLED),
            moved=tuple(moved[i] * (s + 1) / STEPS for s in SAMPLED),
            slope=series(0.25),
            saturated=()
            if saturated is None or i == last
            else tuple(min(1.0, abs(saturated * (0.4 + i / 10) * s / STEPS)) for s in SAMPLED),
            asleep=()
            if asleep is None or i == last
            else tuple(min(1.0, asleep[i] * min(1.0, s / 200)) for s in SAMPLED),
            dead=None if asleep is None or i == last else round(64 * asleep[i]),
            dead_since=200 if asleep and i != last and asleep[i] else None,
            dead_samples=512 if asleep and i != last else None,
        )
        for i, height in enumerate(heights)
    )


def falling(start: float, end: float, *, pace: float = 90.0, steps: int = STEPS) -> Loss:
    """Return a loss that falls from ``start`` towards ``end``."""
    every = tuple(range(steps))
    values = tuple(end + (start - end) * math.exp(-s / pace) * (1 + wobble(s, 0.06)) for s in every)
    return Loss(steps=every, values=values, baseline=2.3023)


def scored(
    value: float, *, start: float = 0.1, spread: float = 0.014, kind: str = "accuracy"
) -> Score:
    """Return a score that climbs from ``start`` to ``value`` over 20 evaluations."""
    steps = tuple(range(28, STEPS + 1, 28))
    values = tuple(
        value - (value - start) * math.exp(-i / 3.2) + wobble(i, 0.008) for i in range(len(steps))
    )
    return Score(
        kind=kind,
        value=value,
        spread=spread,
        source="evaluation",
        samples=450,
        steps=steps,
        values=values,
    )


SGD = Optimizer(name="SGD", rate=0.1, last_rate=0.1, momentum=0.9, parameters=20)
PAIR = Output(loss="cross_entropy", units=10, target="classes", low=-0.4, high=0.5)
DIGITS = Data(samples=64, mean=(0.3, 0.2), spread=(0.2, 0.3), low=(0.0, 0.0), high=(1.0, 1.0))


def evidence(
    model: str, stack: tuple[Layer, ...], loss: Loss | None, score: Score | None
) -> Evidence:
    """Return the evidence of one training on digits."""
    return Evidence(
        model=model,
        steps=STEPS,
        sampled=SAMPLED,
        layers=stack,
        loss=loss,
        score=score,
        output=PAIR,
        data=DIGITS,
        optimizer=SGD,
        seconds=3.9,
        watching_seconds=0.052,
    )


SATURATION = Finding(
    code="saturation",
    severity="warning",
    place="12",
    places=("12", "14", "16"),
    seen=Text(
        "In layer 12 up to 31 % of the sigmoid's outputs lie on a flat end.",
        "12층에서는 sigmoid 출력의 31 %까지 평평한 끝에 있습니다.",
    ),
    harm=Text("On a flat end the slope is nearly 0.", "평평한 끝에서는 기울기가 거의 0입니다."),
    advice=Text("It follows from the finding above.", "위 소견을 고치면 함께 낫습니다."),
    confidence="likely",
    evidence={"share": 0.31},
)
VANISHING = Finding(
    code="vanishing-gradient",
    severity="error",
    place="0",
    places=("0", "2", "4", "6", "8", "10"),
    seen=Text(
        "1 part in 9 million of the gradient reaches layer 0; "
        "layers 0 to 10 changed by less than 0.01 % in 560 steps.",
        "기울기의 900만분의 1만 0층에 닿고, "
        "0층부터 10층까지는 560스텝 동안 0.01 %도 변하지 않았습니다.",
    ),
    causes=(
        Text(
            "The sigmoid's slope is at most 0.25, and nine of them stand in a row.",
            "sigmoid의 기울기는 많아야 0.25인데, 아홉 개가 잇달아 있습니다.",
        ),
        Text(
            "PyTorch's default weights have a gain of 0.58, so each layer shrinks it again.",
            "PyTorch 기본 가중치의 이득이 0.58이라 층마다 한 번 더 줄어듭니다.",
        ),
    ),
    harm=Text(
        "Layers that do not move keep their random weights, and everything above learns from noise.",
        "움직이지 않는 층은 처음의 무작위 가중치 그대로이고, 그 위의 층은 잡음에서 배웁니다.",
    ),
    advice=same("livegrad run --treat train.py"),
    doubt=Text(
        "The loss may have been as low as it can be.",
        "손실이 이미 가장 낮은 곳에 있었을 수 있습니다.",
    ),
    confidence="certain",
    evidence={"log10_ratio": -6.9, "still": 6},
    remedies=("sigmoid-to-tanh", "reinitialize"),
    consequences=(SATURATION,),
)

STUCK_STATE = Text(
    "The loss went from 2.31 to 2.30; a constant prediction has 2.30.",
    "손실이 2.31에서 2.30이 되었습니다. 상수 예측의 손실이 2.30입니다.",
)
SIGMOID_MOVED = [6.4e-9, 1.5e-8, 1.4e-7, 1.3e-6, 9.1e-6, 6.6e-5, 5.0e-4, 3.4e-3, 2.2e-2, 1.4e-1]
STUCK = evidence(
    "Sequential",
    layers(
        [-7.3 + 0.77 * i for i in range(10)],
        moved=SIGMOID_MOVED,
        activation="sigmoid",
        saturated=0.3,
    ),
    Loss(
        steps=tuple(range(STEPS)),
        values=tuple(2.303 + abs(wobble(s, 0.02)) for s in range(STEPS)),
        baseline=2.3023,
    ),
    scored(0.1133, start=0.1),
)
ALIVE = evidence(
    "Sequential",
    layers(
        [-0.25 + 0.02 * i for i in range(10)],
        moved=[0.2 + 0.02 * i for i in range(10)],
        activation="tanh",
    ),
    falling(2.34, 0.05),
    scored(0.9711),
)
GOOD_STATE = Text("The loss went from 2.34 to 0.05.", "손실이 2.34에서 0.05로 내려갔습니다.")
SICK = Diagnosis(findings=(VANISHING,), learning=False, state=STUCK_STATE, evidence=STUCK)
SOUND = Diagnosis(findings=(), learning=True, state=GOOD_STATE, evidence=ALIVE)


def prescription(remedy: str, en: str, ko: str) -> Prescription:
    """Return a prescription against the vanishing gradient."""
    return Prescription(
        remedy=remedy,
        title=Text(en, ko),
        reason=Text("The sigmoid halves what it is given.", "sigmoid가 받은 것을 줄입니다."),
        code="vanishing-gradient",
        place="0",
        settings={"layers": ["0", "2"], "activation": "tanh"},
    )


CHANGES = (
    "- nn.Sigmoid()",
    "+ nn.Tanh()",
    "+ for parameter in model.parameters():",
    "+     if parameter.dim() > 1:",
    "+         nn.init.xavier_uniform_(parameter)",
)
UNTREATED = Runner(
    prescription=None,
    outcome="untreated",
    score=STUCK.score,
    evidence=STUCK,
    diagnosis=SICK,
    seconds=4.1,
)
WINNER = Runner(
    prescription=prescription(
        "sigmoid-to-tanh", "tanh with Glorot weights", "tanh와 Glorot 가중치"
    ),
    outcome="helped",
    score=ALIVE.score,
    evidence=ALIVE,
    diagnosis=SOUND,
    seconds=4.3,
    changes=CHANGES,
    remark=Text(
        "The swap alone moved the output by 3e-7.",
        "함수를 바꾼 것만으로는 출력이 3e-7 움직였습니다.",
    ),
)
OTHERS = (
    Runner(
        prescription=prescription(
            "rezero", "residual branches that start at 0", "0에서 출발하는 잔차 가지"
        ),
        outcome="helped",
        score=scored(0.9422, spread=0.02),
        seconds=4.9,
    ),
    Runner(
        prescription=prescription(
            "lower-rate", "a third of the learning rate", "학습률을 3분의 1로"
        ),
        outcome="no-gain",
        score=scored(0.1067, spread=0.013),
        seconds=4.0,
    ),
    Runner(
        prescription=prescription(
            "reinitialize", "weights with the sigmoid's gain", "sigmoid에 맞춘 가중치"
        ),
        outcome="failed",
        seconds=0.4,
        remark=Text(
            "The loss was not a number at step 3.", "3스텝에서 손실이 수가 아니게 되었습니다."
        ),
    ),
)
REMARKS = (
    Text(
        "The script writes model.pt; the first run's copy is kept in livegrad-files/.",
        "스크립트가 model.pt를 다시 씁니다. 첫 실행의 것은 livegrad-files/에 두었습니다.",
    ),
)


def recording(*trainings: Evidence, **more: object) -> Recording:
    """Return the recording of train.py."""
    base = Recording(
        script="train.py",
        trainings=trainings,
        seconds=5.2,
        optimizers=len(trainings),
        files=("model.pt",),
        versions=VERSIONS,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def cured() -> Report:
    """Ten sigmoid layers on digits, and the race of four that cured it."""
    return Report(
        command="livegrad run --treat train.py",
        recording=recording(STUCK),
        diagnoses=(SICK,),
        proof=Proof(
            before=UNTREATED, races=(WINNER, *OTHERS), after=WINNER, remarks=REMARKS, seconds=13.6
        ),
        created="2026-03-01T10:00:00",
    )


def proven() -> Report:
    """The same from three seeds, with one cure that left the race early, and the control without bends."""
    report = cured()
    assert report.proof is not None
    winner = replace(WINNER, seed=0, whole=scored(0.97), linear=scored(0.31))
    left = replace(
        OTHERS[0],
        share=0.25,
        seed=0,
        score=scored(0.34),
        against=scored(0.1),
        remark=LEFT_EARLY.fill(share="25 %"),
    )
    starts = (
        Start(seed=0, before=STUCK.score, after=ALIVE.score, outcome="helped"),
        Start(seed=1, before=scored(0.1), after=scored(0.95), outcome="helped"),
        Start(seed=2, before=scored(0.93), after=scored(0.92), outcome="no-gain", needed=False),
    )
    proof = replace(
        report.proof,
        races=(winner, left),
        after=winner,
        repeats=joined(starts, "build"),
        old_best_step=37,
        old_best_seconds=0.28,
        runs=6,
    )
    return replace(report, proof=proof)


def no_cure() -> Report:
    """The same, but nothing helped."""
    races = tuple(replace(r, outcome="no-gain", score=scored(0.1067)) for r in OTHERS)
    return replace(cured(), proof=Proof(before=UNTREATED, races=races, seconds=12.0))


def sick() -> Report:
    """The same without a treatment."""
    return replace(cured(), command="livegrad run train.py", proof=None)


def healthy() -> Report:
    """A training that learns."""
    return Report(
        command="livegrad run train.py", recording=recording(ALIVE, files=()), diagnoses=(SOUND,)
    )


def diverged() -> Report:
    """Eight ReLU layers at a rate far too high: everything overflows at step 37."""
    stack = tuple(
        replace(
            layer,
            gradient=tuple(
                4.0 * (8 - i) / 7 + 1.2 * k if k < 2 else math.inf if k == 2 else math.nan
                for k in range(28)
            ),
            weight_gradient=tuple(
                3.5 * (8 - i) / 7 + 1.2 * k if k < 2 else math.nan for k in range(28)
            ),
            moved=tuple(0.3 * 10**k if k < 3 else math.nan for k in range(28)),
        )
        for i, layer in enumerate(
            layers(
                [0.0] * 8,
                moved=[1.0] * 8,
                activation="relu",
                asleep=[0, 0.05, 0.2, 0.4, 0.7, 0.95, 1.0, 0.0],
            )
        )
    )
    values = tuple(2.4 * 1.9**s if s < 37 else math.nan for s in range(STEPS))
    loss = Loss(steps=tuple(range(STEPS)), values=values, baseline=2.3023, first_non_finite=37)
    seen = evidence("Net", stack, loss, replace(scored(0.1), values=(), steps=(), spread=math.nan))
    dead = Finding(
        code="dead-units",
        severity="warning",
        place="10",
        seen=Text(
            "61 of 64 units gave 0 for all 512 samples.",
            "유닛 64개 중 61개가 표본 512개 모두에 0을 냈습니다.",
        ),
        harm=Text("They get no gradient.", "기울기를 받지 못합니다."),
        advice=same("livegrad run --treat train.py"),
    )
    finding = Finding(
        code="learning-rate-too-high",
        severity="error",
        place="optimizer",
        seen=Text(
            "One step moved the weights by 3.1 times their norm; "
            "from step 37 on the loss is not a number.",
            "한 걸음이 가중치를 그 크기의 3.1배나 옮겼고, 37스텝부터 손실이 수가 아닙니다.",
        ),
        harm=Text(
            "Nothing that is not a number can be trained.",
            "수가 아니게 된 것은 학습할 수 없습니다.",
        ),
        advice=Text("Try lr=0.01.", "lr=0.01로 해 보세요."),
        confidence="certain",
        evidence={"update": 3.1, "loss": math.nan},
        consequences=(dead,),
    )
    diagnosis = Diagnosis(
        findings=(finding,),
        learning=False,
        state=Text("The loss overflowed.", "손실이 넘쳤습니다."),
        evidence=seen,
    )
    told = recording(
        seen, exit_code=1, error="RuntimeError: loss is nan", seeds_itself=True, files=()
    )
    return Report(command="livegrad run train.py", recording=told, diagnoses=(diagnosis,))


def gan() -> Report:
    """A generator that is ill and a discriminator that is well, one script."""
    asleep = [0.0, 0.3, 0.62, 0.0]
    stack = layers([-0.9, -0.6, -0.2, 0.0], moved=[0.3] * 4, activation="relu", asleep=asleep)
    stack = tuple(replace(layer, name=f"generator.{layer.name}") for layer in stack)
    generator = replace(
        evidence("Generator", stack, replace(falling(0.7, 1.4), baseline=None), None),
        adversarial=True,
        output=None,
        data=None,
    )
    discriminator = replace(
        evidence(
            "Discriminator",
            ALIVE.layers[:5],
            replace(falling(1.4, 0.9), baseline=None),
            scored(0.81),
        ),
        adversarial=True,
    )
    finding = Finding(
        code="dead-units",
        severity="warning",
        place="generator.4",
        seen=Text(
            "generator.4: 40 of 64 units gave 0 for all 512 samples since step 200.",
            "generator.4: 200스텝부터 유닛 64개 중 40개가 표본 512개 모두에 0을 냅니다.",
        ),
        harm=Text(
            "They get no gradient, so they cannot come back.",
            "기울기를 받지 못해 돌아올 수 없습니다.",
        ),
        advice=Text("Swap ReLU for leaky ReLU there.", "그곳의 ReLU를 leaky ReLU로 바꾸세요."),
        doubt=Text("the units are meant to be sparse", "일부러 성기게 쓰는 유닛일 때"),
    )
    unjudged = Text("In a GAN the loss need not fall.", "GAN에서는 손실이 내려가지 않아도 됩니다.")
    return Report(
        command="livegrad run gan.py",
        recording=recording(generator, discriminator),
        diagnoses=(
            Diagnosis(findings=(finding,), learning=None, state=unjudged, evidence=generator),
            Diagnosis(findings=(), learning=True, state=unjudged, evidence=discriminator),
        ),
    )


def deep() -> Report:
    """A hundred layers, whose two gradients tell different stories; cured."""
    names = [f"blocks.{i // 2}.{'fc1' if i % 2 == 0 else 'fc2'}" for i in range(100)]
    sick = layers(
        [-38.0 + 0.384 * i for i in range(100)],
        weights=[-4.0 + wobble(i, 0.3) for i in range(100)],
        moved=[1e-6] * 99 + [0.01],
        activation="relu",
        names=names,
    )
    well = layers(
        [-0.8 + 0.008 * i + wobble(i, 0.2) for i in range(100)],
        moved=[0.1] * 100,
        activation="relu",
        names=names,
    )
    before = evidence("DeepNet", sick, STUCK.loss, scored(0.1))
    after = evidence("DeepNet", well, falling(2.4, 0.2), scored(0.91))
    diagnosis = replace(SICK, evidence=before)
    winner = replace(
        WINNER, evidence=after, score=after.score, diagnosis=replace(SOUND, evidence=after)
    )
    untreated = replace(UNTREATED, evidence=before, score=before.score, diagnosis=diagnosis)
    proof = Proof(before=untreated, races=(winner,), after=winner, seconds=61.0)
    return replace(cured(), recording=recording(before), diagnoses=(diagnosis,), proof=proof)


def recurrent() -> Report:
    """A tanh RNN over 40 time steps whose gradient dies on the way back; regression."""
    cell = Layer(
        name="rnn",
        kind="RNN",
        units=32,
        activation="tanh",
        gradient=series(-2.0),
        weight_gradient=series(-1.5),
        moved=series(0.2),
        saturated=series(0.1),
        time_gradient=tuple(-8.0 + 0.2 * t for t in range(40)),
    )
    head = replace(ALIVE.layers[-1], name="head")
    score = replace(scored(0.21, start=-0.4, kind="r2"), source="training")
    loss = Loss(
        steps=tuple(range(STEPS)),
        values=tuple(0.3 + 0.7 * math.exp(-s / 50) for s in range(STEPS)),
        baseline=1.0,
    )
    seen = evidence("Forecaster", (cell, head), loss, score)
    finding = replace(VANISHING, severity="warning", place="rnn", places=("rnn",), consequences=())
    return Report(
        command="livegrad run forecast.py",
        recording=recording(seen),
        diagnoses=(Diagnosis(findings=(finding,), learning=True, state=GOOD_STATE, evidence=seen),),
    )


def unseen() -> Report:
    """A script that never takes an optimizer step."""
    return Report(command="livegrad run prepare.py", recording=recording(), diagnoses=())


def compiled() -> Report:
    """A compiled model whose inside was not seen."""
    seen = Evidence(model="Net", steps=100, compiled=True, loss=falling(2.3, 2.2, steps=100))
    finding = Finding(
        code="not-observed",
        severity="warning",
        place="model",
        seen=Text("The hooks never ran.", "훅이 한 번도 돌지 않았습니다."),
        harm=Text("Nothing can be said.", "말할 수 있는 것이 없습니다."),
        advice=Text("Run it without torch.compile.", "torch.compile 없이 돌려 보세요."),
    )
    diagnosis = Diagnosis(findings=(finding,), learning=None, state=same(""), evidence=seen)
    return Report(
        command="livegrad run train.py", recording=recording(seen), diagnoses=(diagnosis,)
    )


def unknown() -> Report:
    """It does not learn, and no rule says why."""
    diagnosis = Diagnosis(
        findings=(), learning=False, state=STUCK_STATE, evidence=replace(ALIVE, score=scored(0.1))
    )
    return Report(
        command="livegrad run train.py", recording=recording(STUCK), diagnoses=(diagnosis,)
    )


def hostile() -> Report:
    """Names that would break a page, a terminal or a markup language."""
    bad = "<script>alert('x')</script>"
    names = [
        bad,
        "[bold red]x[/]",
        "\x1b[31mred\x1b[0m",
        "a" * 300,
        "{braces} {0}",
        '"quoted" & <b>',
        "줄\n바꿈",
        "",
        "\u202egnp",
        "\x00",
    ]
    stack = tuple(
        replace(layer, name=name) for layer, name in zip(STUCK.layers, names, strict=True)
    )
    seen = replace(STUCK, layers=stack, model=bad)
    finding = replace(
        VANISHING, place=bad, places=tuple(names), seen=Text(f"{bad} {{x}}", f"{bad} [/] {{x}}")
    )
    diagnosis = replace(SICK, findings=(finding,), evidence=seen)
    winner = replace(WINNER, changes=("- </pre>" + bad, "+ " + "x" * 140, "plain [red]"))
    proof = Proof(
        before=UNTREATED, races=(winner,), after=winner, remarks=(same(bad),), seconds=1.0
    )
    told = recording(seen, script=bad, files=(bad,), error=f"ValueError: {bad}")
    return Report(
        command=f"livegrad run {bad}", recording=told, diagnoses=(diagnosis, diagnosis), proof=proof
    )


def empty() -> Report:
    """Everything that may be empty is."""
    nothing = Evidence(model="", steps=0)
    blank = Text("", "")
    finding = Finding(code="", severity="note", place="", seen=blank, harm=blank, advice=blank)
    diagnosis = Diagnosis(findings=(finding,), learning=None, state=blank, evidence=nothing)
    proof = Proof(before=Runner(prescription=None, outcome="untreated"))
    return Report(command="", recording=Recording(script=""), diagnoses=(diagnosis,), proof=proof)


ALL = {
    make.__name__: make
    for make in (
        cured,
        proven,
        no_cure,
        sick,
        healthy,
        diverged,
        gan,
        deep,
        recurrent,
        unseen,
        compiled,
        unknown,
        hostile,
        empty,
    )
}
