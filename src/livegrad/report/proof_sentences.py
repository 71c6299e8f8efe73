"""What the proof says beside the table of the race: other starts, when the old best was reached, the control."""

from __future__ import annotations

from livegrad import quantity
from livegrad.report import words
from livegrad.text import Text, same
from livegrad.treatment import verdict
from livegrad.treatment.proof import Interval, Proof, Repeats, Runner, Start

STARTS = Text(
    "From {count} starts (seeds {seeds}): {before} without the cure, {after} with it, gain {gain}; each the median "
    "(least … greatest). It helped at {improved} of {count}.",
    "출발 {count}번(시드 {seeds}): 처방이 없으면 {before}, 있으면 {after}, 차이 {gain}. 중앙값(최소 … 최대)입니다. {count}번 가운데 "
    "{improved}번 도움이 되었습니다.",
)
STARTS_UNSCORED = Text(
    "From {count} starts (seeds {seeds}) it helped at {improved}.",
    "출발 {count}번(시드 {seeds}) 가운데 {improved}번 도움이 되었습니다.",
)
OLD_BEST = Text(
    "With the cure, the best that the training did before was reached at step {step:,} of {all:,} ({seconds}).",
    "처방을 쓰면 전에 가장 좋았던 점수에 {all:,}스텝 가운데 {step:,}스텝({seconds})에 이릅니다.",
)
CONTROL = Text(
    "Control: with every hidden activation replaced by a straight line, the cured network scores {linear}; as it is, {whole}. "
    "So its activations do real work.",
    "대조: 고친 신경망의 은닉층 활성화 함수를 모두 직선으로 바꾸면 {linear}, 그대로는 {whole}입니다. 활성화 함수가 실제로 일을 하고 있습니다.",
)
START = Text(
    "seed {seed}: {before} → {after}, {outcome}", "시드 {seed}: {before} → {after}, {outcome}"
)
PART = Text("{share} of the steps", "스텝의 {share}")
SEED = Text("seed {seed}", "시드 {seed}")


def proof_sentences(proof: Proof) -> tuple[Text, ...]:
    """Return what is to be said of a proof, where it has more than one run of the winner to tell.

    Example:
        >>> nothing = Runner(prescription=None, outcome="untreated")
        >>> proof_sentences(Proof(before=nothing))
        ()
    """
    after = proof.after
    if after is None:
        return ()
    found = [starts_in_words(proof.repeats)] if _several(proof.repeats) else []
    if proof.old_best_step is not None and after.evidence is not None:
        found.append(
            OLD_BEST.fill(
                step=proof.old_best_step,
                all=after.evidence.steps,
                seconds=quantity.duration(proof.old_best_seconds),
            )
        )
    found += _control(after)
    return tuple(text for text in found if text is not None)


def start_lines(proof: Proof) -> tuple[Text, ...]:
    """Return one line for each start, where there are several."""
    if proof.repeats is None or not _several(proof.repeats):
        return ()
    return tuple(_line(start) for start in proof.repeats.starts)


def starts_in_words(repeats: Repeats | None) -> Text | None:
    """Return the scores over all starts."""
    if repeats is None:
        return None
    known = {
        "count": len(repeats.starts),
        "seeds": ", ".join(str(s.seed) for s in repeats.starts),
        "improved": repeats.improved,
    }
    if repeats.before is None or repeats.after is None or repeats.gain is None:
        return STARTS_UNSCORED.fill(**known)
    return STARTS.fill(
        before=_interval(repeats.before),
        after=_interval(repeats.after),
        gain=_interval(repeats.gain, signed=True),
        **known,
    )


def which_run(runner: Runner) -> tuple[Text, ...]:
    """Return how far a run went, where not the whole way, and from which seed, where that is known."""
    found = []
    if runner.share < 1:
        found.append(PART.fill(share=quantity.percent(runner.share)))
    if runner.seed is not None:
        found.append(SEED.fill(seed=runner.seed))
    return tuple(found)


def _several(repeats: Repeats | None) -> bool:
    return repeats is not None and len(repeats.starts) > 1


def _control(after: Runner) -> list[Text]:
    if after.whole is None or after.linear is None:
        return []
    if verdict.outcome(after.linear, after.whole) != "helped":
        return []  # the proof's own remark says so
    values = (quantity.score(s.value) for s in (after.linear, after.whole))
    return [CONTROL.fill(**dict(zip(("linear", "whole"), values, strict=True)))]


def _line(start: Start) -> Text:
    before, after = (quantity.score(s.value if s else None) for s in (start.before, start.after))
    return START.fill(
        seed=start.seed, before=before, after=after, outcome=words.OUTCOME[start.outcome]
    )


def _interval(interval: Interval, *, signed: bool = False) -> Text:
    written = quantity.gain if signed else quantity.score
    middle, low, high = (written(v) for v in (interval.median, interval.low, interval.high))
    return same(f"{middle} ({low} … {high})")
