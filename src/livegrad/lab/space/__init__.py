"""A grid and the data on their way through small networks, half a layer at a time."""
