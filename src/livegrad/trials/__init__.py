"""Many small networks at once, and what may honestly be concluded from them."""
