"""All figures of `livegrad flow` in one run: predictions, real models, the traffic light, shaped activations.

    python bench/flow.py [--quick] [--only prediction,models,light,shape] [--markdown PATH]

Each part is a bench of its own with its own options (``bench/flow_prediction.py`` and so on). The whole takes hours on two
cores; ``--quick`` takes minutes.
"""

from __future__ import annotations

from parts import run_parts

PARTS: dict[str, tuple[str, list[str]]] = {
    "prediction": ("Predicted against measured", []),
    "models": ("Real models", []),
    "light": ("The traffic light against training", ["--set", "held-out"]),
    "shape": ("Activations shaped for depth", []),
}

if __name__ == "__main__":
    run_parts("flow", PARTS, "All figures of livegrad flow.")
