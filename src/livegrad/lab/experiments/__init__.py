"""One file, one claim, one experiment: see `livegrad.lab.experiment.Experiment`."""
