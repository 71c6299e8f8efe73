"""An activation in the terminal: exact words for one, and no error for any."""

import io
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from rich.cells import cell_len
from rich.console import Console

from livegrad.functions import ACTIVATIONS, activation, own
from livegrad.report.function_checks import Extras
from livegrad.report.function_compare import print_comparison
from livegrad.report.function_facts import GROUPS, facts, group_of
from livegrad.report.function_failures import failures
from livegrad.report.function_list import print_catalogue
from livegrad.report.function_terminal import print_function
from livegrad.text import LANGUAGES

ELEMENTWISE = [name for name, entry in ACTIVATIONS.items() if entry.kind == "elementwise"]


def console(width: int = 80) -> Console:
    return Console(file=io.StringIO(), width=width, force_terminal=False)


def printed(name: str, language: str, width: int = 80, **extras: bool) -> str:
    to = console(width)
    print_function(activation(name), console=to, language=language, extras=Extras(**extras))
    return to.file.getvalue()


def test_leaky_relu_in_english() -> None:
    assert printed("leaky_relu", "en") == snapshot("""\
leaky_relu
Like ReLU, but the negative side keeps a small slope, so no unit is ever cut off
from its gradient.

  f(x) = ⎰ α·x   x ≤ 0
         ⎱ x     x > 0
  alpha = 0.01 (a number above 0): slope on the negative side

     6┤                                                               ⢀⡠
      │                                                            ⣀⠤⠒⠉
      │                                                        ⢀⣀⠴⠊⠁
     4┤                                                     ⢀⡠⠖⠉
      │                                                  ⣀⠤⠚⠁
      │                                               ⣠⠔⠋
      │                                           ⢀⡤⠚⠉
     2┤                                        ⣠⠴⠊⠁
      │                                ⠠ ⠠ ⢠⡠⠶⠉⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠
      │                                 ⣀⠴⠚⠉
     0┤⠓⠒⠓⠒⠓⠒⠓⠒⠓⠒⠓⠒⠓⠒⠓⠒⠓⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠁┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      └┬──────────┬─────────┬──────────┬──────────┬──────────┬─────────┬
      −6         −4        −2          0          2          4         6
  f solid · f′ dotted

Shape                                    Slope
range       all real numbers             steepest   1 for x > 0
symmetry    none                         exactly 0  nowhere
course      always rises
smoothness  has a corner
corners     x = 0: slope 0.01 → 1,
            counted as 0.01
f(x) = x    x ≥ 0

Signal, for inputs z ~ N(0, 1)
mean of f       0.395
mean of f²      0.5
mean of f′²     0.5001
gain forwards   1.414
gain backwards  1.414
edge of chaos   σ_w = 1.414
                σ_b = 0

Where it fails
– Nothing of the usual: no dead side, no saturation, a bounded slope.

Accuracy
Worst error among about 150 places, in units in the last place (ULP); a
correctly rounded result has at most 0.5.
               value              slope              above 4 ULP
float32, fast  0.48 (x=−11.6)     0.24 (x=−3.4e38)   0 %
float64, fast  0.5 (x=−434)       0                  0 %
torch.nn.functional.leaky_relu itself is right to 4 ULP in: float32, float64,
bfloat16, float16.

Names elsewhere
PyTorch  LeakyReLU, leaky_relu
Keras    leaky_relu, LeakyReLU
JAX      leaky_relu
timm     leaky_relu
other    lrelu
differs  alpha is 0.2 in Keras's function and 0.3 in its layer; JAX states the
         slope 1 at 0.

Source
Maas, Hannun and Ng 2013, Rectifier Nonlinearities Improve Neural Network
Acoustic Models
""")


def test_leaky_relu_in_korean_on_a_narrow_terminal() -> None:
    assert printed("leaky_relu", "ko", 60) == snapshot("""\
leaky_relu
ReLU와 같지만 음수 쪽에도 작은 기울기를 남깁니다. 그래서
기울기가 완전히 끊기는 유닛이 없습니다.

  f(x) = ⎰ α·x   x ≤ 0
         ⎱ x     x > 0
  alpha = 0.01 (0보다 큰 수): 음수 쪽 기울기

     6┤                                                    ⣠
      │                                                 ⣠⠔⠋
      │                                              ⣀⡴⠊⠁
     4┤                                           ⢀⡤⠚⠁
      │                                        ⢀⡠⠖⠉
      │                                      ⣠⠔⠋
      │                                   ⣀⠴⠋⠁
     2┤                                ⢀⡤⠚⠁
      │                          ⠠ ⠠ ⡠⠞⠡ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠
      │                           ⣠⠖⠋
     0┤⠓⠒⠓⠒⠓⠒⠓⠒⠓⠒⠓⠒⠓⠒⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
      └┬────────┬───────┬────────┬────────┬────────┬───────┬
      −6       −4      −2        0        2        4       6
  f 실선 · f′ 점선

모양
치역       모든 실수
대칭       없음
증감       늘 오름
매끄러움   꺾임
꺾이는 곳  x = 0: 기울기 0.01 → 1, 이 점에서는 0.01
f(x) = x   x ≥ 0

기울기(slope)
가장 가파름  1 (x > 0)
정확히 0     없음

신호, 입력이 z ~ N(0, 1)일 때
f의 평균         0.395
f²의 평균        0.5
f′²의 평균       0.5001
순방향 이득      1.414
역방향 이득      1.414
혼돈의 가장자리  σ_w = 1.414
                 σ_b = 0

약한 곳
– 흔한 문제는 없습니다. 죽는 쪽도 포화도 없고, 기울기가
  끝없이 커지지도 않습니다.

정확도
150곳쯤에서 잰 가장 큰 오차. 단위는 마지막 자리(ULP)이고,
올바로 반올림한 결과는 0.5를 넘지 않습니다.
               함숫값             기울기
float32, fast  0.48 (x=−11.6)     0.24 (x=−3.4e38)
float64, fast  0.5 (x=−434)       0
torch.nn.functional.leaky_relu는 float32, float64, bfloat16,
float16에서 4 ULP까지 맞습니다.

다른 곳의 이름
PyTorch  LeakyReLU, leaky_relu
Keras    leaky_relu, LeakyReLU
JAX      leaky_relu
timm     leaky_relu
그 밖    lrelu
다른 점  alpha가 케라스(Keras) 함수에서는 0.2, 층에서는
         0.3입니다. JAX는 0에서의 기울기를 1로 둡니다.

출처
Maas, Hannun and Ng 2013, Rectifier Nonlinearities Improve
Neural Network Acoustic Models
""")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_entry_is_shown_in_both_languages_and_fits(name: str) -> None:
    for language, width in zip(LANGUAGES, (80, 60), strict=True):
        said = printed(name, language, width)
        assert said.startswith(name + "\n")
        assert max(cell_len(line) for line in said.splitlines()) <= width
        assert "NaN" not in said.replace("NaN → NaN", "")


@pytest.mark.parametrize(("file", "language"), [("handbook.md", "en"), ("handbook.ko.md", "ko")])
def test_the_handbook_prints_what_is_really_printed(file: str, language: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / file).read_text(encoding="utf-8")
    block = text.partition("```text\ngelu\n")[2].partition("```")[0]
    lines = [line for line in block.splitlines() if line.strip() not in ("", "…")]
    said = printed("gelu", language, 76).splitlines()
    assert len(lines) > 30
    assert [line for line in lines if line not in said] == []


def test_a_console_without_unicode_gets_plain_marks() -> None:
    to = Console(file=io.TextIOWrapper(io.BytesIO(), encoding="ascii"), width=70)
    print_function(activation("relu"), console=to, language="en")
    to.file.seek(0)
    said = to.file.read()
    assert said.isascii()
    assert said.count("*") > 20
    assert "=" * 20 in said


def test_the_list_has_each_name_once_in_its_group() -> None:
    to = console()
    print_catalogue(ACTIVATIONS.values(), console=to, language="en")
    lines = to.file.getvalue().splitlines()
    firsts = [line.split(maxsplit=1)[0] for line in lines if line]
    assert all(firsts.count(name) == 1 for name in ACTIVATIONS)
    assert all(title.en in lines for title in GROUPS.values())
    assert max(map(cell_len, lines)) <= 80
    assert lines.index(GROUPS["bounded"].en) < next(
        place for place, line in enumerate(lines) if line.startswith("tanh ")
    )


def test_several_are_compared_on_one_axis() -> None:
    chosen = [activation(name) for name in ("relu", "gelu", "tanh", "softmax", "snake")]
    for language, width in zip(LANGUAGES, (80, 60), strict=True):
        to = console(width)
        print_comparison(chosen, console=to, language=language)
        said = to.file.getvalue()
        assert max(cell_len(line) for line in said.splitlines()) <= width
        assert "f ≥ −0.17" in said
        assert "1.414" in said


def test_what_a_card_says_is_what_was_computed() -> None:
    told = {str(f.label): str(f.words) for group in facts(activation("tanh")) for f in group.facts}
    assert told["range"] == "−1 < f < 1"
    assert told["symmetry"].startswith("odd")
    assert told["steepest"] == "1 at x = 0"
    assert told["gain backwards"] == "1.467"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("relu", "dead unit"),
        ("sigmoid", "never above 0.25"),
        ("exponential", "no upper bound"),
        ("step", "slope is 0 everywhere"),
        ("threshold", "f jumps at x = 1"),
        ("identity", "Nothing of the usual"),
        ("leaky_relu", "Nothing of the usual"),
    ],
)
def test_where_it_fails_is_said(name: str, sentence: str) -> None:
    assert any(sentence in text.en for text in failures(activation(name)))


def test_groups_are_found_from_the_function_alone() -> None:
    found = {name: group_of(entry) for name, entry in ACTIVATIONS.items()}
    assert set(found.values()) == set(GROUPS)
    assert group_of(own("x * sigmoid(x)")) == found["swish"]
    assert group_of(own("clip(x, -1, 1)")) == found["hardtanh"]


def test_a_formula_is_told_its_name_and_how_to_write_it_better() -> None:
    to = console()
    formula = own("x / 2 * (1 + erf(x / sqrt(2)))")
    print_function(formula, console=to, language="en")
    said = to.file.getvalue()
    assert "it is gelu.\n  livegrad show gelu\n" in said
    assert "livegrad show 'x * normal_cdf(x)'" in said


def test_a_proof_is_shown_where_it_is_asked_for() -> None:
    pytest.importorskip("flint")
    assert "highest slope  0.24999997" in printed("sigmoid", "en", prove=True)


def test_more_accuracy_names_the_exact_tier() -> None:
    assert "float64, exact" in printed("relu", "en", accuracy=True)
    assert "float64, exact" not in printed("relu", "en")


def test_pytorch_is_measured_by_the_same_ruler_where_it_is_asked_for() -> None:
    pytest.importorskip("torch")
    said = printed("gelu", "en", torch=True)
    assert "PyTorch, float32" in said
    assert "torch.nn.functional.gelu in float32: the gradient is exactly 0" in said
    assert "PyTorch has no function of its own for snake" in printed("snake", "en", torch=True)
