"""The language of formulas: text to tree (`parsing`) and tree to text (`writing`), within bounds.

    tokens → parsing, with the words of `vocabulary` and the catalogue's (`borrowed`)
    size, constants      what a formula may cost; complaints: what is said of one that may not be
    writing              the way back: text that parses to the same tree

Nothing of a formula is ever handed to Python's own interpreter.
"""
