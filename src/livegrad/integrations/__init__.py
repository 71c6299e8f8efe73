"""livegrad where trainings already run: trainers, trackers, tests. Nothing heavy is imported before it is used."""
