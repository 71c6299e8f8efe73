"""What the page shows of an activation function: its card, its slopes over a histogram, vector functions."""
