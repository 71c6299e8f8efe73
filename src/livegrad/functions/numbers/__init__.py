"""The arithmetics that formulas are computed in, all with the operations of `backends.Backend`.

backends, special     float16 … float64: NumPy, and the special functions that it lacks
doubled               106 bits with an unlimited exponent: the exact tier
many_digits           as many digits as wanted, one number at a time: the truth of tests
intervals             enclosures, with python-flint: proofs
"""
