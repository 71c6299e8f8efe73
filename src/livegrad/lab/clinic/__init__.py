"""Recordings of trainings, opened and put so that a page can draw them."""
