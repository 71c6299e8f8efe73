"""The activations: each file binds one record to ``ACTIVATION``, and that is all it takes."""
