"""From findings to a cure that is proven by retraining; ``remedies/*.py`` hold one remedy each."""
