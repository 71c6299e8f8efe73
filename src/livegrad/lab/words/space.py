"""The words of the hidden-space view."""

from __future__ import annotations

from livegrad.lab.vocabulary import Words
from livegrad.text import Text, same

__all__ = ["WORDS"]

WORDS = Words(
    id="space",
    texts={
        "title": Text(
            "Straight stays straight, until something bends it",
            "곧은 선은 무언가가 굽히기 전까지 곧습니다",
        ),
        "lead": Text(
            "One grid and one data set on their way through small networks. First the weights W·x + b move the grid, then the "
            "activation function bends it.",
            "같은 격자와 같은 데이터가 작은 신경망을 지나갑니다. 가중치 W·x + b가 격자를 옮기고, 그다음 활성화 함수(activation function)가 격자를 굽힙니다.",
        ),
        "setup": Text("The networks", "신경망"),
        "task": Text("Data", "데이터"),
        "moons": Text("moons", "초승달"),
        "circles": Text("circles", "원"),
        "xor": same("XOR"),
        "spiral": Text("spiral", "나선"),
        "function": Text("Function", "함수"),
        "second": Text("and", "하나 더"),
        "function-hint": Text("a name or a formula of x", "이름 또는 x의 수식"),
        "second-hint": Text("none", "없음"),
        "depth": Text("Depth", "깊이"),
        "width": Text("Units per layer", "층의 유닛 수"),
        "moment": Text("When", "언제"),
        "before": Text("before training", "학습 전"),
        "after": Text("after", "학습 후"),
        "more": Text("More settings", "설정 더 보기"),
        "init": Text("Initialisation", "초기화"),
        "optimizer": Text("Optimizer", "옵티마이저"),
        "steps": Text("Steps of training", "학습 스텝"),
        "starts": Text("Starts at each rate", "학습률마다 출발 수"),
        "seed": Text("Seed", "시드"),
        "angle": Text("Angle of the grid, in degrees", "격자의 각도(도)"),
        "angle-note": Text(
            "At 0° a function that works on each number by itself leaves the first grid straight; oblique lines show the bend.",
            "0°에서는 수를 하나씩 바꾸는 함수가 축과 나란한 선을 곧게 둡니다. 비스듬한 선이라야 굽는 것이 보입니다.",
        ),
        "yaw": Text("Turn the view, in degrees", "보는 방향(도)"),
        "yaw-note": Text(
            "Three units are seen from the side; a projection keeps straight lines straight.",
            "유닛 세 개는 비스듬히 본 그림입니다. 투영해도 곧은 선은 곧습니다.",
        ),
        "new-start": Text("New start", "새 출발"),
        "running": Text("Training … {share} %", "학습하는 중 … {share} %"),
        "done": Text(
            "Trained. Best straight cut after the last layer: {told}.",
            "학습이 끝났습니다. 마지막 층 다음의 가장 좋은 직선: {told}.",
        ),
        "points": Text("the points", "점"),
        "layer": Text("after layer {layer}", "{layer}층 다음"),
        "layer-short": Text("layer {layer}", "{layer}층"),
        "at-points": Text("the points as they come in", "들어오는 점 그대로"),
        "at-moved": Text(
            "layer {layer}: W·x + b moves the grid", "{layer}층: W·x + b가 격자를 옮김"
        ),
        "at-bent": Text("layer {layer}: {name} bends it", "{layer}층: {name:이/가} 격자를 굽힘"),
        "at-kept": Text(
            "layer {layer}: identity leaves it as it is", "{layer}층: 항등 함수는 그대로 둠"
        ),
        "f-bends": Text("layer {layer}: then f bends it", "{layer}층: 이어서 f가 굽힘"),
        "turned": Text(
            "turning {degrees}° after the last layer", "마지막 층 다음의 꺾임 {degrees}°"
        ),
        "chosen": Text(
            "Shown is the best of {count} networks ({starts} starts at each of {rates} rates), by its loss on the training data: "
            "start {start} at learning rate {rate}. It tells {accuracy} of the held-back points right, the median network at that rate {middle}.",
            "신경망 {count}개(학습률 {rates}가지에서 출발 {starts}개씩) 가운데 학습 데이터의 손실이 가장 작은 것을 보입니다. {start}번 출발, 학습률 {rate}입니다. "
            "따로 둔 점의 {accuracy}를 맞히고, 같은 학습률의 중앙값은 {middle}입니다.",
        ),
        "explain": Text("What the numbers say", "수의 뜻"),
        "explain-cut": Text(
            "Best cut: which share of {held} held-back points the best straight line (a plane for three units) tells right at that layer; the line "
            "is fitted to the {trained} training points.",
            "가장 좋은 직선: 그 층에서 직선 하나(유닛이 셋이면 평면)가 따로 둔 점 {held}개 가운데 맞히는 비율입니다. 직선은 학습 점 {trained}개에 맞췄습니다.",
        ),
        "explain-turned": Text(
            "Turning: by how many degrees the 16 lines of the grid turn on their way, added up. 0° means that all of them are straight.",
            "꺾임: 격자의 선 16개가 가면서 꺾인 각도를 모두 더한 값입니다. 0°이면 모든 선이 곧습니다.",
        ),
        "explain-scale": Text(
            "Every picture has a scale of its own, so that what has become small can be seen.",
            "그림마다 배율이 달라서, 작아진 모양도 볼 수 있습니다.",
        ),
        "explain-plane": Text(
            "With three units the cut is a plane; it is counted but not drawn.",
            "유닛이 셋이면 가르는 것이 평면입니다. 세기만 하고 그리지는 않습니다.",
        ),
        "stage": Text(
            "{name}, {place}: the grid turns {degrees}° in all; the best straight cut tells {share} right.",
            "{name}, {place}: 격자가 모두 {degrees}° 꺾였고, 가장 좋은 직선은 {share}를 맞힙니다.",
        ),
        "strip": Text(
            "{name}: grid and points after each of {depth} layers; best cut from {first} to {last}.",
            "{name}: {depth}개 층을 하나씩 지난 격자와 점. 가장 좋은 직선은 {first}에서 {last}까지입니다.",
        ),
        "table": Text("{name}: cut and turning by layer", "{name}: 층마다의 직선과 꺾임"),
        "column-layer": Text("layer", "층"),
        "column-before": Text("best cut before training", "학습 전 가장 좋은 직선"),
        "column-cut": Text("best cut after training", "학습 후 가장 좋은 직선"),
        "column-turned-before": Text("turning before, degrees", "학습 전 꺾임(도)"),
        "column-turned": Text("turning after, degrees", "학습 후 꺾임(도)"),
        "player": Text("The way through the layers", "층을 지나는 길"),
        "play": Text("Play", "재생"),
        "pause": Text("Pause", "멈춤"),
        "position": Text("Place between the layers", "층 사이의 자리"),
        "hint": Text("← → moves by half a layer", "← →로 반 층씩 이동"),
        "legend": Text("Legend", "범례"),
        "class-0": Text("class 0", "클래스 0"),
        "class-1": Text("class 1", "클래스 1"),
        "legend-cut": Text("best straight cut", "가장 좋은 직선"),
        "legend-share": Text("%: share that it tells right", "%: 그 직선이 맞히는 비율"),
        "legend-turned": Text("°: turning of the grid's lines", "°: 격자의 선이 꺾인 각도"),
        "key-play": Text("Play and pause", "재생과 멈춤"),
        "key-back": Text("Half a layer back", "반 층 뒤로"),
        "key-on": Text("Half a layer on", "반 층 앞으로"),
        "key-first": Text("To the points", "처음 점으로"),
        "key-last": Text("To the last layer", "마지막 층으로"),
        "key-table": Text("The pictures as tables, and back", "그림을 표로, 다시 그림으로"),
        "key-new": Text("New start", "새 출발"),
        "key-shallower": Text("One layer less", "층 하나 줄이기"),
        "key-deeper": Text("One layer more", "층 하나 늘리기"),
        "take-csv": Text("Cuts and turning by layer (CSV)", "층마다의 직선과 꺾임 (CSV)"),
        "take-svg": Text("The pictures of {name} (SVG)", "{name} 그림 (SVG)"),
        "take-png": Text("{name} at this place (PNG)", "이 자리의 {name} (PNG)"),
        "printed": Text(
            "{task}, {depth} layers of {width} units, {init}, {optimizer}, {steps} steps, seed {seed}, grid at {angle}°",
            "{task}, {width}유닛 {depth}층, {init}, {optimizer}, {steps}스텝, 시드 {seed}, 격자 {angle}°",
        ),
    },
)
