"""The feed-forward part of a transformer: GELU, or SwiGLU where the width may be split."""

from livegrad.advice.rule import Rule
from livegrad.text import Text

__all__ = ["RULE"]

RULE = Rule(
    id="hidden-block",
    where=("block",),
    fits=lambda _: True,
    answers="architecture",
    when=Text(
        "the feed-forward part of a transformer block",
        "트랜스포머(transformer) 블록의 순방향(feed-forward) 부분일 때",
    ),
    activations=(
        "gelu",
        "swiglu",
        "swish",
    ),
    against=("relu",),
    says=Text(
        "Take GELU; or SwiGLU, where the block may have three matrices.",
        "GELU를 쓰세요. 블록에 행렬을 셋 둘 수 있으면 SwiGLU가 좋습니다.",
    ),
    why=Text(
        "Norm and skip carry the gradient here, so the function need not; what is left is how well it bends. A smooth one that lets a little of the negative side pass bends without a corner, and a gate multiplies two views of the input, which a sum of units cannot do cheaply.",
        "여기서는 정규화와 잔차 연결이 기울기를 나르므로 활성화 함수는 잘 굽히기만 하면 됩니다. 매끄럽고 음수를 조금 통과시키는 함수는 모서리 없이 굽힙니다. 게이트는 입력을 두 가지로 보고 곱하는데, 이는 유닛을 더해서는 값싸게 흉내 낼 수 없습니다.",
    ),
    evidence=(
        "derivative-comparison",
        "gradient-flow-decides",
    ),
    sources=(
        "Hendrycks and Gimpel 2016, Gaussian Error Linear Units (arXiv:1606.08415)",
        "Shazeer 2020, GLU Variants Improve Transformer (arXiv:2002.05202)",
        "Devlin et al. 2019, BERT: GELU; Touvron et al. 2023, LLaMA: SwiGLU",
    ),
    wrong_when=Text(
        "The gains are those of large language models, a few percent of a loss; in small ones they drown in the seeds. A gate holds three matrices instead of two: compare at equal parameters, with 2/3 of the width. Where serving from sparsity pays, ReLU or its square is nearly as good (So et al. 2021, Primer).",
        "이 이득은 큰 언어 모델에서 잰 것으로 손실의 몇 퍼센트입니다. 작은 모델에서는 시드 차이에 묻힙니다. 게이트는 행렬이 둘이 아니라 셋입니다. 너비를 2/3로 줄여 매개변수 수를 맞추고 비교하세요. 희소성으로 추론 비용을 아끼려면 ReLU나 그 제곱도 거의 같습니다(So et al. 2021, Primer).",
    ),
    pytorch=(
        "nn.Sequential(nn.Linear(512, 2048), nn.GELU(), nn.Linear(2048, 512))",
        'nn.TransformerEncoderLayer(512, 8, activation="gelu", norm_first=True, batch_first=True)',
        "y = down(F.silu(gate(x)) * up(x))  # SwiGLU: three nn.Linear, 512 to 1365 to 512",
    ),
    in_pytorch=Text(
        'nn.TransformerEncoderLayer takes ReLU unless activation="gelu" is given. PyTorch has no SwiGLU module: write it as in the last line. Attention keeps its own softmax.',
        'nn.TransformerEncoderLayer는 activation="gelu"를 주지 않으면 ReLU를 씁니다. PyTorch에는 SwiGLU 모듈이 없으니 마지막 줄처럼 쓰세요. 어텐션의 소프트맥스는 그대로 둡니다.',
    ),
)
