"""From evidence to findings, causes first; `watching` is the way in, ``rules/*.py`` hold one rule each."""
