"""What scenes need that cannot be computed beside the reader's finger: real runs of code and of networks."""
