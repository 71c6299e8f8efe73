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
SCRIPT_FAILED = Text("the script ended with {why}", "스크립트가 {why:으로/로} 끝났습니다")
