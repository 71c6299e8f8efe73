"""Which activation function where, and why: `by_rule` answers at once, from rules that say on what they rest."""
