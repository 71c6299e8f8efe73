"""Whole sentences made from facts: what a chart shows, how sure a finding is, how to repeat it."""

from __future__ import annotations

import math
from collections.abc import Callable

from livegrad import quantity
from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence, Recording, Score
from livegrad.report import words
from livegrad.report.cases import Case
from livegrad.report.curves import Chart, Line
from livegrad.report.ladder import Butterfly, Ladder
from livegrad.report.shares import Row, Strip
from livegrad.text import Text, join, same
from livegrad.treatment.proof import Proof

_SHRINKS = Text(
    "Of ∂loss/∂z, {share} reaches the first layer (×{factor} per layer).",
    "∂loss/∂z는 {share}만 첫 층에 닿습니다(층당 ×{factor}).",
)
_GROWS = Text(
    "∂loss/∂z is {times} larger at the first layer than at the last (×{factor} per layer).",
    "∂loss/∂z는 첫 층에서 마지막 층의 {times}입니다(층당 ×{factor}).",
)
_LEVEL = Text(
    "∂loss/∂z is level: the first layer gets {factor} of the last layer's.",
    "∂loss/∂z가 고릅니다. 첫 층이 마지막 층의 {factor}배를 받습니다.",
)
_ZERO = Text("∂loss/∂z at the first layer is exactly 0.", "첫 층의 ∂loss/∂z는 정확히 0입니다.")
_OVERFLOW = Text(
    "∂loss/∂z at the first layer is not a finite number.",
    "첫 층의 ∂loss/∂z는 유한한 수가 아닙니다.",
)
_WEIGHTS = Text(
    "There ∂loss/∂W is {factor} of the last layer's.",
    "그곳의 ∂loss/∂W는 마지막 층의 {factor}배입니다.",
)
_STILL_SOME = Text(
    "{count} of {all} layers do not move.", "{all}층 가운데 {count}층이 움직이지 않습니다."
)
_STILL_ONE = Text("1 of {all} layers does not move.", "{all}층 가운데 1층이 움직이지 않습니다.")
_ALL_MOVE = Text("Every layer moves.", "모든 층이 움직입니다.")
_LITTLE = 0.01
_SOME_LITTLE = Text(
    "Every layer moves, layer {layer} by only {share} of its weights' size.",
    "모든 층이 움직이지만, {layer} 층은 가중치 크기의 {share}만큼만 움직입니다.",
)
_SIDE = Text("{side}: {words}", "{side}: {words}")
_FALL = same("{first} → {last}")
_BROKE = Text("not a number from step {step} on", "{step}스텝부터 수가 아님")
_DOTTED = Text("dotted: best constant prediction, {value}", "점선: 가장 나은 상수 예측, {value}")
_CONSTANT = Text("best constant prediction {value}", "가장 나은 상수 예측 {value}")
_CLIPPED = Text("values outside the chart are cut off", "차트를 벗어난 값은 잘라서 그림")
_LOG = Text("logarithmic scale", "로그 눈금")
_PEAKS = {
    "asleep": Text(
        "In layer {layer}, up to {peak} of the units got no gradient from a batch.",
        "{layer} 층에서는 많을 때 유닛의 {peak}가 배치에서 기울기를 전혀 받지 못했습니다.",
    ),
    "saturated": Text(
        "In layer {layer}, up to {peak} of the outputs lay on a flat end (saturated).",
        "{layer} 층에서는 많을 때 출력의 {peak}가 평평한 끝에 밀렸습니다(포화).",
    ),
}
_DEAD = Text("Dead units at the end of training: {list}.", "학습이 끝날 때 죽은 유닛: {list}.")
_DEAD_OF = Text("{dead} of {units} in layer {layer}", "{layer} 층의 {units}개 중 {dead}개")
_AND_MORE = Text("{list}, and {count} more layers", "{list}, 그 밖에 {count}층")

_FIRST_TIME = Text(
    "Of the gradient at the last time step, {share} reaches the first.",
    "마지막 시간 단계 기울기의 {share}만 첫 단계에 닿습니다.",
)
_EVEN_TIME = Text(
    "The first time step gets {factor} times the last one's gradient.",
    "첫 시간 단계는 마지막 단계 기울기의 {factor}배를 받습니다.",
)
_FACTOR_FROM = 0.5


def ladder_in_words(ladder: Ladder) -> Text:
    """Return how much of each gradient reaches the first layer, and how many layers move."""
    if not ladder.rungs or not ladder.seen:
        return words.NOT_SEEN_LADDER
    parts = [_first_rung(ladder)]
    weight = ladder.rungs[0].weight
    if weight is not None and len(ladder.rungs) > 1:
        parts.append(_WEIGHTS.fill(factor=quantity.power(weight)))
    parts.append(_movement(ladder))
    return join([part for part in parts if part is not None])


def butterfly_in_words(pair: Butterfly) -> tuple[Text, ...]:
    """Return the same for before and after, a line each."""
    if pair.after is None:
        return (ladder_in_words(pair.before),)
    sides = ((words.BEFORE, pair.before), (words.AFTER, pair.after))
    return tuple(
        _SIDE.fill(side=_capital(side), words=ladder_in_words(ladder)) for side, ladder in sides
    )


def chart_in_words(
    chart: Chart,
    *,
    what: Text,
    drawn: bool = True,
    write: Callable[[float | None], str] = quantity.number,
) -> Text:
    """Return what a line chart shows, as clauses; ``drawn`` adds how to read the drawing."""
    clauses = [what]
    for line in chart.lines:
        side = same("") if len(chart.lines) == 1 else _SIDE.fill(side=_role(line), words="")
        first = line.pieces[0][0][1] if line.pieces else None
        first = 10**first if chart.y.log and first is not None else first
        fall = _FALL.fill(first=write(first), last=write(line.last))
        clauses.append(join([side, fall], between=""))
        if line.broke_at is not None:
            clauses.append(join([side, _BROKE.fill(step=line.broke_at)], between=""))
    if chart.baseline is not None:
        clauses.append(
            (_DOTTED if drawn else _CONSTANT).fill(value=quantity.number(chart.baseline))
        )
    clauses += [_LOG] * (drawn and chart.y.log) + [_CLIPPED] * (drawn and chart.clipped)
    return join(clauses, between=" · ")


def time_in_words(chart: Chart) -> tuple[Text, ...]:
    """Return how much of the gradient reaches the first time step, before and after."""
    told = []
    for line in chart.lines:
        first = line.pieces[0][0][1]
        shrinks = first < -_FACTOR_FROM
        text = (
            _FIRST_TIME.fill(share=quantity.one_part_in(first))
            if shrinks
            else _EVEN_TIME.fill(factor=quantity.power(first))
        )
        told.append(
            text if len(chart.lines) == 1 else _SIDE.fill(side=_capital(_role(line)), words=text)
        )
    return tuple(told)


def strip_in_words(strip: Strip) -> Text:
    """Return where a share is greatest, and which units are dead at the end."""
    worst = max(
        strip.rows, key=lambda row: max((c for c in row.cells if c is not None), default=-1.0)
    )
    parts = [_PEAKS[strip.kind].fill(peak=quantity.percent(strip.peak), layer=worst.name)]
    dead = sorted((row for row in strip.rows if row.dead), key=lambda row: -(row.dead or 0))
    if dead:
        named = join([_dead_of(row) for row in dead[:3]], between=", ")
        more = _AND_MORE.fill(list=named, count=len(dead) - 3) if len(dead) > 3 else named
        parts.append(_DEAD.fill(list=more))
    return join(parts)


def _dead_of(row: Row) -> Text:
    units = quantity.UNSEEN if row.units is None else row.units
    return _DEAD_OF.fill(dead=row.dead, units=units, layer=row.name)


def score_kind(score: Score) -> Text:
    """Return what a score is."""
    return words.SCORE_KIND.get(score.kind, same(score.kind))


def score_detail(score: Score) -> Text:
    """Return spread, source and number of predictions of a score."""
    parts = []
    if math.isfinite(score.spread) and score.spread > 0:
        parts.append(same(f"±{quantity.score(score.spread).lstrip('−')}"))
    if score.source:
        parts.append(words.SCORE_SOURCE.get(score.source, same(score.source)))
    if score.samples:
        parts.append(Text(f"{score.samples:,} predictions", f"예측 {score.samples:,}개"))
    return join(parts, between=", ")


def steps_of(evidence: Evidence) -> Text:
    """Return how long a training was."""
    return Text(f"{evidence.steps:,} steps", f"{evidence.steps:,}스텝")


def repeat_rows(recording: Recording, proof: Proof | None) -> tuple[tuple[Text, Text], ...]:
    """Return what is needed to repeat the run, as pairs of a label and a value."""
    own = sum(e.watching_seconds for e in recording.trainings if math.isfinite(e.watching_seconds))
    rows = [(Text("seed", "시드"), _seed(recording))]
    if recording.versions:
        names, values = ", ".join(recording.versions), ", ".join(recording.versions.values())
        rows.append((same(names), same(values)))
    rows.append(
        (Text("time of the script", "스크립트가 걸린 시간"), quantity.duration(recording.seconds))
    )
    if recording.trainings and recording.seconds > 0 and math.isfinite(recording.seconds):
        cost = Text("{time} ({share})", "{time} ({share})")
        filled = cost.fill(
            time=quantity.duration(own), share=quantity.percent(own / recording.seconds)
        )
        rows.append((Text("of it, watching", "그중 관찰에 든 시간"), filled))
    if proof is not None:
        rows.append(
            (Text("time of the races", "경주에 걸린 시간"), quantity.duration(proof.seconds))
        )
    together = max((e.ranks for e in recording.trainings), default=1)
    if together > 1:
        rows.append(
            (Text("processes that trained together", "함께 학습한 프로세스"), same(str(together)))
        )
    files = Text("none", "없음") if not recording.files else same(", ".join(recording.files))
    rows.append((Text("files the script wrote", "스크립트가 쓴 파일"), files))
    return tuple(rows)


def troubles(recording: Recording) -> tuple[Text, ...]:
    """Return how the script itself ended, where that is worth a sentence."""
    found = []
    if recording.error:
        found.append(
            Text("The script ended by an exception: {e}", "스크립트가 예외로 끝났습니다: {e}").fill(
                e=recording.error
            )
        )
    if recording.interrupted:
        found.append(
            Text(
                "The script was interrupted; what was seen until then stands here.",
                "스크립트가 중단되었습니다. 그때까지 본 것만 적었습니다.",
            )
        )
    if recording.exit_code and not recording.error and not recording.interrupted:
        said = Text(
            "The script ended with exit code {code}.", "스크립트의 종료 코드는 {code}입니다."
        )
        found.append(said.fill(code=recording.exit_code))
    return tuple(found)


def not_seen(case: Case) -> tuple[Text, ...]:
    """Return what was not seen of a training, so that silence is not taken for health."""
    evidence = case.diagnosis.evidence
    if not evidence.steps:
        return ()
    gaps = [
        (not evidence.layers, Text("the layers", "층")),
        (
            bool(evidence.layers) and not any(_numbers(s.gradient) for s in evidence.layers),
            Text("∂loss/∂z", "∂loss/∂z"),
        ),
        (evidence.loss is None, Text("the loss", "손실")),
        (evidence.score is None, Text("a score", "점수")),
        (evidence.output is None, Text("the pair of output and target", "출력과 목표값의 짝")),
        (evidence.data is None, Text("the input data", "입력 데이터")),
        (evidence.compiled, Text("the inside of the compiled model", "컴파일된 모델의 속")),
    ]
    return tuple(text for missing, text in gaps if missing)


def capital(text: Text) -> Text:
    """Return the text with a capital first letter (English)."""
    return _capital(text)


def _role(line: Line) -> Text:
    return words.BEFORE if line.role == "before" else words.AFTER


def _capital(text: Text) -> Text:
    return Text(text.en[:1].upper() + text.en[1:], text.ko)


def _numbers(series: tuple[float | None, ...]) -> bool:
    return any(value is not None for value in series)


def _seed(recording: Recording) -> Text:
    if recording.seeds_itself:
        return Text(
            "{seed}; the script seeds itself", "{seed}. 스크립트가 스스로 시드를 정함"
        ).fill(seed=recording.seed)
    return same(str(recording.seed))


def _first_rung(ladder: Ladder) -> Text | None:
    first = ladder.rungs[0]
    if first.height is None or (len(ladder.rungs) == 1 and first.state == "measured"):
        return None
    if first.state == "zero":
        return _ZERO
    if first.state == "overflow":
        return _OVERFLOW
    factor = quantity.power(ladder.per_layer)
    if first.height < -_FACTOR_FROM:
        return _SHRINKS.fill(share=quantity.one_part_in(first.height), factor=factor)
    if first.height > _FACTOR_FROM:
        return _GROWS.fill(times=quantity.times(first.height), factor=factor)
    return _LEVEL.fill(factor=quantity.power(first.height))


def _movement(ladder: Ladder) -> Text | None:
    known = [r for r in ladder.rungs if r.moves is not None]
    if not known:
        return None
    still, every = len(ladder.still), len(ladder.rungs)
    if still == 0:
        least = min(known, key=lambda rung: rung.moved if rung.moved is not None else math.inf)
        if least.moved is None or least.moved >= _LITTLE:
            return _ALL_MOVE
        return _SOME_LITTLE.fill(
            layer=least.name, share=quantity.one_part_in(math.log10(least.moved))
        )
    return _STILL_ONE.fill(all=every) if still == 1 else _STILL_SOME.fill(count=still, all=every)


def sureness(finding: Finding) -> Text:
    """Return how sure a finding is, and what would make it wrong."""
    sure = words.CONFIDENCE[finding.confidence]
    if finding.doubt is None or not (finding.doubt.en or finding.doubt.ko):
        return sure
    return words.WRONG_IF.fill(confidence=sure, doubt=finding.doubt)
