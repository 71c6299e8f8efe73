"""Two or three coordinates as inputs: a smooth function that is open above."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-few-inputs",
    where=("hidden",),
    fits=lambda situation: situation.features is not None and situation.features <= 3,
    answers="data",
    when=Text(
        "the input is a point: three numbers or fewer",
        "입력이 점 하나, 곧 수가 세 개 이하일 때",
    ),
    activations=(
        "gelu",
        "elu",
    ),
    against=(
        "relu",
        "tanh",
    ),
    says=Text(
        "Take GELU, or ELU.",
        "GELU나 ELU를 쓰세요.",
    ),
    why=Text(
        "With few inputs the answer depends on where the point lies, and the boundary bends again and again. A smooth function bends without corners, and one that is open above goes on to answer far from the data, where tanh has gone flat.",
        "입력이 몇 개뿐이면 점의 위치가 답을 정하고 경계가 여러 번 굽습니다. 매끄러운 함수는 모서리 없이 굽습니다. 위가 열려 있으면, tanh가 평평해진 먼 곳에서도 계속 배웁니다.",
    ),
    evidence=(
        "bending-space",
        "elu-smooth",
        "derivative-comparison",
    ),
    sources=(
        "docs/measured/guide.md",
        "Rahaman et al. 2019, On the Spectral Bias of Neural Networks (arXiv:1806.08734)",
        "Hendrycks and Gimpel 2016, Gaussian Error Linear Units (arXiv:1606.08415)",
    ),
    wrong_when=Text(
        "A boundary of straight pieces, a checkerboard for example, suits ReLU. For fine detail, pictures or waves as functions of a coordinate, take sine with SIREN's initialisation (Sitzmann et al. 2020), or encode the coordinates. This rule first named tanh, from theory alone, and the measurement disagreed; on four data sets not seen before, GELU could not be told from the best, though hard swish was ahead on three. Measure.",
        "체커판처럼 직선 조각으로 된 경계에는 ReLU가 맞습니다. 그림이나 파동을 좌표의 함수로 배우는 것처럼 촘촘한 무늬에는 SIREN 초기화를 쓴 사인(sine, Sitzmann et al. 2020)이나 좌표 인코딩이 필요합니다. 처음에는 이론만 보고 tanh를 꼽았는데 측정이 달랐습니다. 처음 보는 데이터 넷에서 GELU는 1등과 구별되지 않았지만, 셋에서는 hardswish가 앞섰습니다. 직접 재 보세요.",
    ),
    pytorch=(
        "nn.Sequential(nn.Linear(2, 64), nn.GELU(), nn.Linear(64, 64), nn.GELU(), nn.Linear(64, 1))",
    ),
    in_pytorch=Text(
        "Standardise the coordinates, so that the bends lie where the points are.",
        "좌표를 표준화하세요. 그래야 굽은 곳이 점들이 있는 곳에 놓입니다.",
    ),
    instead_of=("hidden-default",),
)
