"""The exact words of a flow in the terminal, and that they fit and need neither colour nor unicode."""

import io
import itertools

import pytest
from inline_snapshot import snapshot
from report import flow_specimens as specimens
from rich.cells import cell_len
from rich.console import Console

from livegrad.flow.profile import FlowProfile
from livegrad.report.flow_facts import gap, lanes, rungs_shown
from livegrad.report.flow_terminal import print_flow
from livegrad.text import LANGUAGES, Language

WIDTHS = (40, 60, 72, 80, 100, 140)


def printed(*profiles: FlowProfile, language: Language = "en", width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_flow(profiles, console=console, language=language)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def in_colour(*profiles: FlowProfile, encoding: str = "utf-8", width: int = 80) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(file=file, width=width, force_terminal=True, color_system="standard")
    print_flow(profiles, console=console, language="en")
    file.flush()
    return raw.getvalue().decode(encoding)


def test_a_vanishing_flow_in_english() -> None:
    assert printed(specimens.vanishing(20)) == snapshot("""\
relu · 20 layers of 64 units · PyTorch's weights
THE GRADIENT VANISHES  The gradient of layer 1 is 1 part in 10^18 of the last
  layer's.
light        red, for SGD with momentum. Judged from the gradient and the
             correlation.

The gradient, layer by layer
   predicted                       ∂loss/∂z c      ∂loss/∂W q       χ      dead
 1 ###===---                       6e-8     0.900  2e-4     0.262   0.174  0 %
 2 ####===---                      1e-7     0.950  4e-4     0.208   0.174  12 %
 4 #######===--                    8e-7     0.975  9e-4     0.131   0.174  0 %
 6 ##########==--                  5e-6     0.983  0.0022   0.0829  0.174  0 %
 8 #############==--               3e-5     0.988  0.0052   0.0523  0.174  0 %
10 ################==-             2e-4     0.990  0.013    0.0330  0.174  0 %
12 ###################=-           9e-4     0.992  0.030    0.0208  0.174  0 %
14 ######################=-        0.0052   0.993  0.072    0.0131  0.174  0 %
16 #########################-      0.030    0.994  0.17     0.0083  0.174  0 %
18 ###########################=    0.17     0.994  0.42     0.0052  0.174  0 %
20 ##############################  1        0.995  1        0.0033  0.174  0 %
bars from 1e-9 to 1.5, last layer = 1
### up to the lower end of the 90 % band, === up to the median of random
networks, --- up to the upper end of the 90 % band
∂loss/∂z: the error signal · c: how alike two inputs are, 1 = the same ·
∂loss/∂W: what the optimizer gets · q: mean square of the pre-activations · χ:
factor of the squared gradient, per layer · dead: units with slope 0 for every
input
11 of 20 layers are shown.

What follows
gradient at layer 1            6e-8; 90 % of networks between 7e-9 and 3e-7
weight gradient there          2e-4
correlation at the last layer  0.995
signal settles, ξ_q            over 1.40 layers
correlation settles, ξ_c       over 2.50 layers
gradient changes by factor e   over 1.10 layers
trainable depth                up to 6 layers
gradient exactly 0             bfloat16 from 99 layers on, float16 from 19
                               layers on, float32 from 99 layers on
norms taken over               128 inputs
computed in                    0.01 s
""")


def test_a_doubtful_flow_in_korean_on_a_narrow_terminal() -> None:
    assert printed(specimens.doubtful(), language="ko", width=60) == snapshot("""\
softplus · 4유닛 4층
이론으로는 알 수 없음  이론이 여기서는 맞지 않습니다.
신호등       꺼짐. 판단할 근거가 없습니다.
의문         4유닛은 너무 적습니다.
의문         출력의 평균이 큽니다.

층별 기울기
  예측               ∂loss/∂z c      ∂loss/∂W q       χ
1 ######==-          0.072    0.900  0.27     0.262   0.174
2 ##########=-       0.17     0.950  0.42     0.208   0.174
3 ##############-    0.42     0.967  0.65     0.165   0.174
4 ################## 1        0.975  1        0.131   0.174
막대는 0.010부터 1.1까지, 마지막 층 = 1
###는 90 % 구간의 아래 끝까지, ===는 무작위 신경망의
중앙값까지, ---는 90 % 구간의 위 끝까지
∂loss/∂z: 오차 신호 · c: 두 입력이 닮은 정도, 1이면 같음 ·
∂loss/∂W: 옵티마이저가 받는 것 · q: 활성화 전 값의 제곱 평균
· χ: 한 층을 지날 때 기울기 제곱의 배율
자리가 모자라 뺀 열: 죽음. 더 넓은 터미널이나 --html,
--json에서 볼 수 있습니다.

여기서 알 수 있는 것
1층의 기울기         0.072. 신경망의 90 %가 0.051에서 0.095
                     사이
1층의 가중치 기울기  0.27
마지막 층의 상관     0.975
노름을 잰 범위       입력 128개
계산에 걸린 시간     0.01초
""")


def test_networks_side_by_side() -> None:
    several = (specimens.level(4), specimens.exploding(4), specimens.doubtful())
    assert printed(*several, width=100) == snapshot("""\
1  tanh · 4 layers of 64 units · critical
HEALTHY  The gradient is level.
light        green, for SGD with momentum. Judged from the gradient and the correlation.

2  relu · 4 layers · BatchNorm
THE GRADIENT EXPLODES  The gradient of layer 1 is 250 times the last layer's.
light        amber, for SGD with momentum. Judged from the gradient and the correlation.

3  softplus · 4 layers of 4 units
THEORY CANNOT SAY  Theory does not hold here.
light        not lit: nothing can be said.
doubt        4 units are too few.
doubt        The mean of the outputs is large.

1 tanh · 4 laye…nits · critical   2 relu · 4 layers · BatchNorm     3 softplus · 4 …yers of 4 units
1 ###############=-    0.93       1 #################==- 1.8        1 ######=-             0.072
2 ################-    0.95       2 #################=-  1.5        2 #########=-          0.17
3 ################-    0.98       3 #################-   1.2        3 #############-       0.42
4 #################    1          4 #################    1          4 #################    1

Side by side
                      verdict     light  ∂loss/∂z at 1  c at the end  trainable depth  ∂loss/∂W at 1
1 tanh · …· critical  healthy     green  0.93           0.800         over 1,000       0.97
2 relu · … BatchNorm  explodes    amber  1.8            0.975         24               1.3
3 softplu…of 4 units  cannot say  –      0.072          0.975         –                0.27
""")


def test_a_measurement_stands_beside_its_prediction() -> None:
    net = specimens.level(4)
    assert printed(net, specimens.measured(net)) == snapshot("""\
tanh · 4 layers of 64 units · critical
HEALTHY  The gradient is level.
light        green, for SGD with momentum. Judged from the gradient and the
             correlation.

The gradient, layer by layer
Measured and predicted ∂loss/∂z differ by 0.30 decades in the median, at most by
0.30 (layer 1).
At 0 of 3 layers the measurement lies within the 90 % band.
So far outside the band, the weights are no longer random, or the model is not
what theory takes it for.
  predicted              ∂loss/∂z c      ∂loss/∂W q       χ      dead  measured
1 ################==-    0.93     0.200  0.97     0.262   0.955  0 %   1.9
2 #################=-    0.95     0.600  0.98     0.208   0.955  12 %  1.9
3 ##################-    0.98     0.733  0.99     0.165   0.955  0 %   1.9
4 ##################     1        0.800  1        0.131   0.955  0 %   1
bars from 0.019 to 2.1, last layer = 1
### up to the lower end of the 90 % band, === up to the median of random
networks, --- up to the upper end of the 90 % band
∂loss/∂z: the error signal · c: how alike two inputs are, 1 = the same ·
∂loss/∂W: what the optimizer gets · q: mean square of the pre-activations · χ:
factor of the squared gradient, per layer · dead: units with slope 0 for every
input

What follows
gradient at layer 1            0.93; 90 % of networks between 0.66 and 1.2
weight gradient there          0.97
correlation at the last layer  0.800
signal settles, ξ_q            over 3 layers
correlation settles, ξ_c       never: on the edge of chaos
gradient changes by factor e   never: on the edge of chaos
trainable depth                beyond 1,000 layers
norms taken over               128 inputs
computed in                    0.01 s
""")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_too_wide(language: Language, width: int) -> None:
    for one in specimens.ALL.values():
        said = printed(one(), language=language, width=width)
        assert max(map(cell_len, said.splitlines())) <= min(width, 100)
    said = printed(*(one() for one in specimens.ALL.values()), language=language, width=width)
    assert max(map(cell_len, said.splitlines())) <= min(width, 100)


def test_up_to_twelve_layers_are_all_printed_and_of_more_every_kth() -> None:
    assert rungs_shown(12) == tuple(range(12))
    for depth in (13, 50, 99, 100, 101, 997, 1000, 5000):
        shown = rungs_shown(depth)
        assert shown[0] == 0
        assert shown[-1] == depth - 1
        assert 6 <= len(shown) <= 13
        assert len({b - a for a, b in itertools.pairwise(shown[1:-1])}) == 1
    lines = printed(specimens.vanishing(50)).splitlines()
    numbered = [line.split()[0] for line in lines if "0.174" in line]
    assert numbered == ["1", "5", *map(str, range(10, 51, 5))]


def test_columns_that_find_no_room_are_named() -> None:
    narrow, wide = (printed(specimens.vanishing(), width=width) for width in (50, 100))
    assert "No room for: " in narrow
    assert "No room for" not in wide
    (head,) = [line for line in wide.splitlines() if line.strip().startswith("predicted")]
    assert head.split()[1:] == ["∂loss/∂z", "c", "∂loss/∂W", "q", "χ", "dead"]


def test_colour_is_never_needed() -> None:
    in_black = printed(specimens.vanishing())
    assert "\x1b[" not in in_black
    assert "red, for SGD with momentum" in in_black
    assert "\x1b[1;31m" in in_colour(specimens.vanishing())


def test_signs_that_cannot_be_written_are_spelled() -> None:
    for one in (specimens.vanishing, specimens.doubtful, specimens.exploding):
        said = in_colour(one(), encoding="ascii")
        assert "?" not in said
        assert "dloss/dz" in said
        assert "chi" in said


def test_a_name_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in printed(specimens.gone())


def test_a_zero_and_an_overflow_are_named_and_not_drawn() -> None:
    first, second = [
        line for line in printed(specimens.gone()).splitlines() if line[:2] in ("1 ", "2 ")
    ]
    assert "#" not in first + second
    assert first.split()[2:4] == ["0", "0"]
    assert second.split()[2:4] == ["NaN", "NaN"]


def test_the_band_is_drawn_between_its_ends() -> None:
    line = next(x for x in printed(specimens.vanishing()).splitlines() if x.startswith(" 1 "))
    bar = line.split()[1]
    assert bar == "#" * bar.count("#") + "=" * bar.count("=") + "-" * bar.count("-")
    assert bar.count("=") > 0
    assert bar.count("-") > 0


def test_the_gap_is_in_decades_and_counts_what_lies_in_the_band() -> None:
    net = specimens.level(12)
    (lane,) = lanes([specimens.measured(net, off=0.3), net])
    found = gap(lane)
    assert found is not None
    assert found.median == pytest.approx(0.3)
    assert found.banded == 11
    inside = [0.04 * (12 - place) >= 0.3 for place in range(1, 12)]
    assert found.inside == sum(inside)


def test_a_measurement_of_another_depth_stays_alone() -> None:
    found = lanes([specimens.level(5), specimens.measured(specimens.level(6))])
    assert [len(lane.profiles) for lane in found] == [1, 1]
