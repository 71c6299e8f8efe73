"""Maxout: the largest of k pieces."""

from livegrad.errors import BadInput
from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text

_UNEVEN = Text(
    "maxout takes groups of {pieces}, and the axis has {length} entries, which is no multiple. "
    "Give the layer before it {pieces} times as many outputs as units are wanted.",
    "maxout은 {pieces}개씩 묶는데 축의 길이 {length:은/는} 그 배수가 아닙니다. "
    "앞 층의 출력 수를 원하는 유닛 수의 {pieces}배로 해 주세요.",
)


def value(backend: Backend, x: Array, settings: Settings) -> Array:
    """Take the maximum of each k neighbours along the last axis; (..., units·k) to (..., units)."""
    return backend.highest(_grouped(backend, x, settings))[..., 0]


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:
    """Hand each cotangent (..., units) to the piece that won; of equal pieces, to the first."""
    handed = backend.winner(_grouped(backend, x, settings)) * cotangent[..., None]
    return backend.reshape(handed, (*handed.shape[:-2], x.shape[-1]))


def _grouped(backend: Backend, x: Array, settings: Settings) -> Array:
    pieces, length = int(settings["pieces"]), x.shape[-1]
    if length % pieces:
        raise BadInput(_UNEVEN.fill(pieces=pieces, length=length))
    return backend.reshape(x, (*x.shape[:-1], length // pieces, pieces))


ACTIVATION = VectorActivation(
    id="maxout",
    latex=r"\max_{j = 1 \ldots k} x_{i, j}",
    value=value,
    pullback=pullback,
    bounded=False,
    parameters=(
        Parameter(
            "pieces",
            2,
            about=Text("inputs for each unit", "유닛 하나에 들어가는 입력 수"),
            domain=Domain(low=1, whole=True),
        ),
    ),
    about=Text(
        "Each unit gives the largest of k affine pieces, so its shape is learned: any convex "
        "function can be approached. It needs k times the weights.",
        "유닛마다 아핀(affine) 조각 k개 가운데 가장 큰 값을 냅니다. 그래서 함수의 모양까지 "
        "배우며, 볼록 함수라면 무엇이든 가까이 흉내 냅니다. 대신 가중치가 k배로 듭니다.",
    ),
    source="Goodfellow, Warde-Farley, Mirza, Courville and Bengio 2013, Maxout Networks",
)
