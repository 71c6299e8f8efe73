"""Which activation function where, and why: `by_rule` answers at once, `by_measurement` says whether a study agrees."""
