"""Hidden layers: ReLU first, drawn with He's initialisation."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-default",
    where=("hidden",),
    fits=lambda _: True,
    answers="layer",
    when=Text("a hidden layer, and nothing is wrong yet", "은닉층이고 아직 이상이 없을 때"),
    activations=("relu",),
    against=("tanh", "gelu", "sigmoid"),
    says=Text(
        "Take ReLU, with He's initialisation.",
        "ReLU를 He 초기화와 함께 쓰세요.",
    ),
    why=Text(
        "It costs one comparison, and where a unit is active the gradient passes unchanged. With He's initialisation the "
        "gradient keeps its size through many layers.",
        "비교 한 번이면 계산이 끝나고, 유닛이 켜져 있으면 기울기가 줄지 않고 지나갑니다. He 초기화를 쓰면 층이 깊어져도 기울기의 크기가 유지됩니다.",
    ),
    evidence=(
        "relu-gradient-survival",
        "relu-cheap",
        "relu-faster-convergence",
        "relu-best",
        "deep-sigmoid-fails",
        "dying-relu",
    ),
    sources=(
        "Glorot, Bordes and Bengio 2011, Deep Sparse Rectifier Neural Networks",
        "He et al. 2015, Delving Deep into Rectifiers (arXiv:1502.01852)",
        "docs/measured/guide.md",
    ),
    wrong_when=Text(
        "Small nets often learn as fast with tanh. With PyTorch's default initialisation ReLU's gradient vanishes faster than "
        "tanh's. At a high learning rate units die. On two of three larger tables not seen before, it was told apart as worse: measure.",
        "작은 신경망은 tanh로도 그만큼 빨리 배웁니다. PyTorch의 기본 초기화에서는 ReLU의 기울기가 tanh보다 빨리 사라집니다. 학습률이 높으면 유닛이 죽습니다. 처음 보는 큰 표 셋 가운데 둘에서는 더 나은 함수와 구별되었으니 직접 재 보세요.",
    ),
    pytorch=(
        "nn.Sequential(nn.Linear(64, 64), nn.ReLU())",
        'nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")',
        "nn.init.zeros_(linear.bias)",
    ),
    in_pytorch=Text(
        "nn.Linear does not start with He's initialisation: its weights are smaller. Draw them again as in the lines below.",
        "nn.Linear의 처음 가중치는 He 초기화가 아니라 더 작습니다. 아래 줄처럼 다시 뽑아 주세요.",
    ),
)
