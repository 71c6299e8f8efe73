"""The exact words of the terminal, and that they fit."""

import io
from dataclasses import replace

import pytest
from inline_snapshot import snapshot
from report import specimens
from rich.cells import cell_len
from rich.console import Console

from livegrad.report.facts import Report
from livegrad.report.proof_sentences import proof_sentences, start_lines
from livegrad.report.terminal import print_finding, print_race_line, print_report
from livegrad.text import LANGUAGES, Language


def printed(report: Report, language: Language, *, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_report(report, console=console, language=language)
    return told(console)


def told(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def small(report: Report, layers: int = 3) -> Report:
    """Return the same report of a net of fewer layers."""
    seen = report.diagnoses[0].evidence
    seen = replace(seen, layers=(*seen.layers[: layers - 1], seen.layers[-1]))
    return replace(report, diagnoses=(replace(report.diagnoses[0], evidence=seen),))


def test_a_healthy_training_in_english() -> None:
    assert printed(small(specimens.healthy()), "en") == snapshot("""\
It learns; nothing was found.
The loss went from 2.34 to 0.05.
Accuracy 0.97 (±0.01, where the script evaluates, 450 predictions)

The gradient, layer by layer
∂loss/∂z is level: the first layer gets 0.66 of the last layer's. There ∂loss/∂W
is 0.66 of the last layer's. Every layer moves.
      ∂loss/∂z                                 ∂loss/∂W
1 0   ####################################     0.66
2 2   ####################################     0.69
3 18  #######################################  1
### moves its layer · bars from 0.010 to 1.1, last layer = 1

Loss · 2.34 → 0.0548 · best constant prediction 2.30

To repeat it
  livegrad run train.py
  seed: 0
  livegrad, torch, python: 0.1.0, 2.13.0, 3.12.4
  time of the script: 5.2 s
  of it, watching: 0.05 s (1.0 %)
  files the script wrote: none
""")


def test_a_sick_training_in_korean() -> None:
    assert printed(small(specimens.sick()), "ko") == snapshot("""\
배우지 못합니다. 까닭은 이렇습니다.
기울기의 900만분의 1만 0층에 닿고, 0층부터 10층까지는 560스텝 동안 0.01 %도
변하지 않았습니다.
정확도 0.11 (±0.01, 스크립트의 평가에서, 예측 450개)

무엇이 문제인가
오류  기울기 소실(vanishing-gradient) · 0 … 10 (6곳)
  학습 신호가 층이나 시간을 거치며 줄어들어 앞쪽 층이 움직이지 않는다
  관찰         기울기의 900만분의 1만 0층에 닿고, 0층부터 10층까지는 560스텝
               동안 0.01 %도 변하지 않았습니다.
  원인         sigmoid의 기울기는 많아야 0.25인데, 아홉 개가 잇달아 있습니다.
  원인         PyTorch 기본 가중치의 이득이 0.58이라 층마다 한 번 더 줄어듭니다.
  왜 해로운가  움직이지 않는 층은 처음의 무작위 가중치 그대로이고, 그 위의 층은
               잡음에서 배웁니다.
  확실한 정도  확실함. 손실이 이미 가장 낮은 곳에 있었을 수 있습니다.
  할 일        livegrad run --treat train.py
  여기서 비롯된 것: 경고  포화(saturation) · 12 … 16 (3곳)
    12층에서는 sigmoid 출력의 31 %까지 평평한 끝에 있습니다.

층별 기울기
∂loss/∂z는 900만분의 1만 첫 층에 닿습니다(층당 ×3e-4). 그곳의 ∂loss/∂W는 마지막
층의 1e-7배입니다. 3층 가운데 2층이 움직이지 않습니다.
      ∂loss/∂z                                 ∂loss/∂W
1 0   ---                                      1e-7
2 2   -------                                  7e-7
3 18  #######################################  1
### 층을 움직임 · --- 층을 움직이지 못함 · 막대는 4e-8부터 1.4까지, 마지막 층 =
1

손실 · 2.30 → 2.32 · 가장 나은 상수 예측 2.30
2 층에서는 많을 때 출력의 14 %가 평평한 끝에 밀렸습니다(포화).

다시 해 보려면
  livegrad run train.py
  시드: 0
  livegrad, torch, python: 0.1.0, 2.13.0, 3.12.4
  스크립트가 걸린 시간: 5.2초
  그중 관찰에 든 시간: 0.05초 (1.0 %)
  스크립트가 쓴 파일: model.pt
""")


def test_a_cured_training_in_english() -> None:
    assert printed(specimens.cured(), "en") == snapshot("""\
It did not learn. Now it does.
1 part in 9 million of the gradient reaches layer 0; layers 0 to 10 changed by
less than 0.01 % in 560 steps. The cure: tanh with Glorot weights.
Accuracy 0.11 → 0.97 (±0.01, where the script evaluates, 450 predictions)

What was wrong
ERROR  vanishing-gradient · 0 … 10 (6 places)
  the learning signal shrinks through depth or time so far that early layers do
  not move
  seen         1 part in 9 million of the gradient reaches layer 0; layers 0 to
               10 changed by less than 0.01 % in 560 steps.
  because      The sigmoid's slope is at most 0.25, and nine of them stand in a
               row.
  because      PyTorch's default weights have a gain of 0.58, so each layer
               shrinks it again.
  harm         Layers that do not move keep their random weights, and everything
               above learns from noise.
  how sure     certain. The loss may have been as low as it can be.
  what to do   livegrad run --treat train.py
  explains: warning  saturation · 12 … 16 (3 places)
    In layer 12 up to 31 % of the sigmoid's outputs lie on a flat end.

The gradient, layer by layer
before       Of ∂loss/∂z, 1 part in 9 million reaches the first layer (×0.17 per
             layer). There ∂loss/∂W is 1e-7 of the last layer's. 6 of 10 layers
             do not move.
after        ∂loss/∂z is level: the first layer gets 0.66 of the last layer's.
             There ∂loss/∂W is 0.66 of the last layer's. Every layer moves.
       before ∂loss/∂z            ∂loss/∂W  after ∂loss/∂z             ∂loss/∂W
 1 0   --                         1e-7      #########################  0.66
 2 2   ----                       7e-7      #########################  0.69
 3 4   -------                    4e-6      #########################  0.72
 4 6   ----------                 2e-5      #########################  0.76
 5 8   ------------               1e-4      #########################  0.79
 6 10  ---------------            8e-4      #########################  0.83
 7 12  ##################         0.0049    #########################  0.87
 8 14  ####################       0.029     #########################  0.91
 9 16  #######################    0.17      #########################  0.95
10 18  #########################  1         #########################  1
### moves its layer · --- does not move its layer · bars from 4e-8 to 1.4, last
layer = 1

The races behind it
  cure                               accuracy    gain   time    result
  nothing (as it is)                 0.11 ±0.01         4.1 s   as it is
* tanh with Glorot weights           0.97 ±0.01  +0.86  4.3 s   helped
  residual branches that start at 0  0.94 ±0.02  +0.83  4.9 s   helped
  a third of the learning rate       0.11 ±0.01  −0.01  4.0 s   no gain
  weights with the sigmoid's gain    –                  0.40 s  failed
  tanh with Glorot weights: The swap alone moved the output by 3e-7.
  weights with the sigmoid's gain: The loss was not a number at step 3.

What cured it
  - nn.Sigmoid()
  + nn.Tanh()
  + for parameter in model.parameters():
  +     if parameter.dim() > 1:
  +         nn.init.xavier_uniform_(parameter)
Nothing else changed: same seed, same data, same batches, 560 steps.
The script writes model.pt; the first run's copy is kept in livegrad-files/.

Loss · before: 2.30 → 2.32 · after: 2.34 → 0.0548 · best constant prediction
2.30
In layer 16, up to 35 % of the outputs lay on a flat end (saturated).

To repeat it
  livegrad run --treat train.py
  seed: 0
  livegrad, torch, python: 0.1.0, 2.13.0, 3.12.4
  time of the script: 5.2 s
  of it, watching: 0.05 s (1.0 %)
  time of the races: 14 s
  files the script wrote: model.pt
""")


def test_nothing_seen_in_both_languages() -> None:
    assert [printed(specimens.unseen(), language) for language in LANGUAGES] == snapshot(
        [
            """\
Nothing could be observed.
No optimizer step of a PyTorch module was seen, so nothing is said of its
health. Check that the script reaches optimizer.step() with the arguments given.

To repeat it
  livegrad run prepare.py
  seed: 0
  livegrad, torch, python: 0.1.0, 2.13.0, 3.12.4
  time of the script: 5.2 s
  files the script wrote: model.pt
""",
            """\
아무것도 관찰하지 못했습니다.
PyTorch 모듈을 학습시키는 옵티마이저 걸음을 보지 못했으므로, 건강하다고도
아프다고도 말하지 않습니다. 주어진 인자로 스크립트가 optimizer.step()에 이르는지
확인해 주세요.

다시 해 보려면
  livegrad run prepare.py
  시드: 0
  livegrad, torch, python: 0.1.0, 2.13.0, 3.12.4
  스크립트가 걸린 시간: 5.2초
  스크립트가 쓴 파일: model.pt
""",
        ]
    )


def test_one_finding_and_one_run_while_the_training_runs() -> None:
    console = Console(file=io.StringIO(), width=80)
    print_finding(specimens.VANISHING, console=console, language="en")
    print_race_line(specimens.UNTREATED, console=console, language="en")
    print_race_line(specimens.WINNER, console=console, before=specimens.UNTREATED, language="ko")
    print_race_line(
        specimens.OTHERS[-1], console=console, before=specimens.UNTREATED, language="en"
    )
    assert told(console) == snapshot("""\
ERROR  vanishing-gradient · 0 … 10 (6 places)
  1 part in 9 million of the gradient reaches layer 0; layers 0 to 10 changed by
  less than 0.01 % in 560 steps.
nothing (as it is): 0.11  4.1 s
tanh와 Glorot 가중치: 0.97  (+0.86)  4.3초  도움이 됨
weights with the sigmoid's gain: 0.40 s  failed
  The loss was not a number at step 3.
""")


def test_a_proof_tells_every_start_the_old_best_and_the_control() -> None:
    proof = specimens.proven().proof
    assert proof is not None
    told_en = "\n".join(text.en for text in (*proof_sentences(proof), *start_lines(proof)))
    assert told_en == snapshot("""\
From 3 starts (seeds 0, 1, 2): 0.11 (0.10 … 0.93) without the cure, 0.95 (0.92 … 0.97) with it, gain +0.85 (−0.01 … +0.86); each the median (least … greatest). It helped at 2 of 3.
With the cure, the best that the training did before was reached at step 37 of 560 (0.28 s).
Control: with every hidden activation replaced by a straight line, the cured network scores 0.31; as it is, 0.97. So its activations do real work.
seed 0: 0.11 → 0.97, helped
seed 1: 0.10 → 0.95, helped
seed 2: 0.93 → 0.92, no gain\
""")
    assert proof_sentences(proof)[0].ko == snapshot(
        "출발 3번(시드 0, 1, 2): 처방이 없으면 0.11 (0.10 … 0.93), 있으면 0.95 (0.92 … 0.97), 차이 +0.85 (−0.01 … +0.86). 중앙값(최소 … 최대)입니다. 3번 가운데 2번 도움이 되었습니다."
    )


def test_a_run_says_how_far_it_went_and_from_which_seed() -> None:
    proof = specimens.proven().proof
    assert proof is not None
    console = Console(file=io.StringIO(), width=80)
    print_race_line(proof.races[1], console=console, language="en")
    assert told(console) == snapshot("""\
residual branches that start at 0: 0.34  (+0.24)  4.9 s  helped  (25 % of the
steps, seed 0)
""")


@pytest.mark.parametrize("name", [name for name in specimens.ALL if name != "hostile"])
@pytest.mark.parametrize("width", [30, 80, 100, 200])
def test_no_line_is_too_wide_and_none_ends_in_blanks(name: str, width: int) -> None:
    for language in LANGUAGES:
        for line in printed(specimens.ALL[name](), language, width=width).splitlines():
            if not line.lstrip().startswith(("+", "- ", "livegrad ")):
                assert cell_len(line) <= min(width, 100), line
            assert line == line.rstrip()


def test_a_log_holds_neither_boxes_nor_colours_nor_control_characters() -> None:
    for make in specimens.ALL.values():
        text = printed(make(), "en") + printed(make(), "ko")
        assert not set(text) & set("█░─│┌┐└┘━\x1b\x00\u202e"), make


def test_a_terminal_gets_bars_and_no_color_takes_them_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    colourful = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", width=80)
    print_report(specimens.sick(), console=colourful, language="en")
    assert "█" in told(colourful)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", width=80)
    print_report(specimens.sick(), console=plain, language="en")
    assert "█" not in told(plain)
    assert "###" in told(plain)


def test_an_ascii_log_can_be_written() -> None:
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding="ascii", write_through=True), width=80)
    print_report(specimens.cured(), console=console, language="ko")
    assert b"0.11" in raw.getvalue()


def test_a_healthy_training_among_several_takes_one_line() -> None:
    lines = printed(specimens.gan(), "en").splitlines()
    (second,) = [i for i, line in enumerate(lines) if line.startswith("Training 2 of 2")]
    assert lines[second] == "Training 2 of 2: Discriminator: It learns; nothing was found."
    assert lines[second + 1] == ""
