"""The output for a number above 0: softplus, or an exponential inside the loss."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="output-positive",
    where=("output",),
    fits=lambda situation: situation.task == "positive",
    answers="layer",
    when=Text(
        "the output is a number above 0: a count, a duration, a spread",
        "출력이 0보다 큰 수일 때: 개수, 시간, 흩어짐",
    ),
    activations=(
        "softplus",
        "exponential",
    ),
    against=(
        "relu",
        "identity",
    ),
    avoids=("relu",),
    says=Text(
        "Take softplus; for counts none, and PoissonNLLLoss.",
        "소프트플러스를 쓰세요. 개수라면 활성화 함수 없이 PoissonNLLLoss를 씁니다.",
    ),
    why=Text(
        "It is above 0 everywhere, and a straight line where the number is large, so no gradient explodes. ReLU would answer 0, with no gradient, wherever it guessed below.",
        "어디서나 0보다 크고, 큰 수에서는 직선이라 기울기가 폭주하지 않습니다. ReLU는 0 아래로 짐작한 곳마다 0을 답하고 기울기도 없습니다.",
    ),
    evidence=(
        "output-reshaping",
        "dying-relu",
    ),
    sources=(
        "Dugas et al. 2001, Incorporating Second-Order Functional Knowledge for Better Option Pricing",
    ),
    wrong_when=Text(
        "Where numbers span several powers of ten, learn the logarithm with identity. Where they lie far from 0 anyway, identity is enough.",
        "값이 몇 자릿수에 걸쳐 있으면 항등 함수로 로그를 배우게 하세요. 어차피 0에서 멀리 떨어진 값이라면 항등 함수로 충분합니다.",
    ),
    pytorch=(
        "y = F.softplus(model(x)) + 1e-6  # for a spread",
        "loss_fn = nn.PoissonNLLLoss()  # takes the logarithm of the rate: nothing after nn.Linear",
    ),
    in_pytorch=Text(
        "PoissonNLLLoss holds the exponential already (log_input=True). GaussianNLLLoss wants a variance above 0: softplus.",
        "PoissonNLLLoss에는 지수 함수가 이미 들어 있습니다(log_input=True). GaussianNLLLoss는 0보다 큰 분산을 받으므로 소프트플러스를 씁니다.",
    ),
)
