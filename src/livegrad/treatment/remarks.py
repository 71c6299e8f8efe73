"""What is to be said beside a race, in a script's process or in ours."""

from __future__ import annotations

from livegrad.text import Text

NOT_APPLIED = Text("could not be applied: {why}", "적용하지 못했습니다: {why}")
ONE_SEED = Text(
    "One start (seed {seed}) on the same batches; another start may gain a little more or less.",
    "같은 배치로 출발 한 번(시드 {seed})을 견준 것입니다. 다른 출발에서는 이득이 조금 다를 수 있습니다.",
)
OUT_OF_BUDGET = Text(
    "Not tried: {count} more cure(s); the budget of {seconds:.0f} s was spent. A larger one helps (--budget, budget=).",
    "예산 {seconds:.0f}초를 다 써서 처방 {count}개는 시험하지 못했습니다. 예산을 늘릴 수 있습니다(--budget, budget=).",
)
FEWER_SEEDS = Text(
    "{count} of {wanted} starts were run; for the others the budget of {seconds:.0f} s did not suffice (--budget, budget=).",
    "출발 {wanted}번 가운데 {count}번만 돌렸습니다. 나머지는 예산 {seconds:.0f}초로 모자랐습니다(--budget, budget=).",
)
NO_RATES = Text(
    "Other learning rates for the cures were not all tried; the budget of {seconds:.0f} s was spent (--budget, budget=).",
    "예산 {seconds:.0f}초를 다 써서 처방마다 다른 학습률을 모두 시험하지는 못했습니다(--budget, budget=).",
)
ROLLED_BACK = Text(
    "Rolled back: '{title}' helped at seed {seed}, but at only {improved} of the {count} starts where there was something "
    "to gain or to lose. That is chance, and it is not recommended.",
    "되돌렸습니다. '{title:은/는}' 시드 {seed}에서는 도움이 되었지만, 얻거나 잃을 것이 있던 출발 {count}번 가운데 {improved}번뿐이었습니다. "
    "우연으로 보고 권하지 않습니다.",
)
PICKED = Text(
    "Not recommended: '{title}' was the best of {count} treated runs, and by no more than the best of {count} often is by chance. "
    "Other starts would tell (--seeds 3, seeds=3).",
    "권하지 않습니다. '{title:은/는}' 치료한 실행 {count}번 가운데 가장 나았지만, {count}번을 돌리면 우연히도 그만큼은 나아지곤 합니다. "
    "출발을 바꿔 보면 알 수 있습니다(--seeds 3, seeds=3).",
)
LOST = Text(
    "Seed {seed} is not counted: the run without the cure was lost ({why}), so there is nothing to compare.",
    "시드 {seed:은/는} 세지 않았습니다. 처방 없는 실행을 잃어서({why}) 견줄 것이 없습니다.",
)
HARMED = Text(
    "At {count} of {all} starts the cure made it worse: look at the scores seed by seed.",
    "출발 {all}번 가운데 {count}번은 처방 때문에 나빠졌습니다. 시드마다 점수를 살펴보세요.",
)
LEFT_EARLY = Text(
    "left the race after {share} of the steps: only the better half went on",
    "스텝의 {share}만 돌고 빠졌습니다. 나은 절반만 이어 갔습니다",
)
LINEAR_PATH = Text(
    "The cured network scores {linear} with every hidden activation replaced by a straight line, {whole} as it is: it may be "
    "using only its linear path, and a linear model might do as well.",
    "고친 신경망은 은닉층의 활성화 함수를 모두 직선으로 바꿔도 {linear}점이고, 그대로는 {whole}점입니다. 선형 경로만 쓰고 있을 수 "
    "있으며, 선형 모델로 충분할지도 모릅니다.",
)
SEEDS_OF_THE_SCRIPT = Text(
    "The script seeds itself; for the other starts a number was added to each seed that it sets for torch, NumPy and random.",
    "스크립트가 시드를 스스로 정하므로, 다른 출발에서는 torch, NumPy, random에 정하는 시드마다 수를 더했습니다.",
)
SEEDS_OF_OURS = Text(
    "No seed is set by the code itself, so the one that livegrad sets was changed for the other starts.",
    "코드가 시드를 정하지 않으므로, 다른 출발에서는 livegrad가 정하는 시드를 바꿨습니다.",
)
KEPT_RUNS = Text(
    "Interrupted. The finished runs are kept in {file}: check the same again, and the race goes on from there.",
    "중단했습니다. 끝난 실행은 {file}에 두었습니다. 같은 것을 다시 check하면 거기서 이어 갑니다.",
)
SCRIPT_FAILED = Text("the script ended with {why}", "스크립트가 {why:으로/로} 끝났습니다")
TRAINING_FAILED = Text("the training ended with {why}", "학습이 {why:으로/로} 끝났습니다")
