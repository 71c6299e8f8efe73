"""What is seen of a training: from PyTorch's signals to `livegrad.observation.evidence.Evidence`, numbers only."""
