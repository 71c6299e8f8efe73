"""What is computed of a stack of equal layers: averages, the mean-field course, and how networks stray from it."""
