"""Two or three coordinates as inputs: tanh, for ReLU starts without a sense of distance."""

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
        "tanh",
        "elu",
    ),
    against=(
        "relu",
        "sigmoid",
    ),
    says=Text(
        "Take tanh, or ELU.",
        "tanh나 ELU를 쓰세요.",
    ),
    why=Text(
        "With few inputs the answer depends on where the point lies, and the boundary bends. A ReLU net with biases of 0 only scales when its input does, so every bend starts at the origin and distance has to be learned; tanh bends within a distance of its own, smoothly, and keeps both signs.",
        "입력이 몇 개뿐이면 점의 위치가 답을 정하고 경계가 굽습니다. 편향이 0인 ReLU 신경망은 입력을 키우면 출력도 그만큼 커질 뿐이라, 굽은 곳이 모두 원점에서 시작하고 거리는 새로 배워야 합니다. tanh는 스스로 정한 거리 안에서 매끄럽게 굽고 양쪽 부호를 모두 씁니다.",
    ),
    evidence=(
        "relu-nearly-linear",
        "zero-centred-converges",
        "bending-space",
    ),
    sources=(
        "Rahaman et al. 2019, On the Spectral Bias of Neural Networks (arXiv:1806.08734)",
        "Sitzmann et al. 2020, Implicit Neural Representations with Periodic Activation Functions (arXiv:2006.09661)",
    ),
    wrong_when=Text(
        "A boundary of straight pieces, a checkerboard for example, suits ReLU. For fine detail, pictures or waves as functions of a coordinate, take sine with SIREN's initialisation, or encode the coordinates.",
        "체커판처럼 직선 조각으로 된 경계에는 ReLU가 맞습니다. 그림이나 파동을 좌표의 함수로 배우는 것처럼 촘촘한 무늬에는 SIREN 초기화를 쓴 사인(sine)이나 좌표 인코딩이 필요합니다.",
    ),
    pytorch=(
        "nn.Sequential(nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 1))",
    ),
    in_pytorch=Text(
        "Standardise the coordinates, or tanh saturates.",
        "좌표를 표준화하세요. 안 그러면 tanh가 포화됩니다.",
    ),
    instead_of=("hidden-default",),
)
