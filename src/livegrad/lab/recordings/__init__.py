"""Recordings that come with the lab: see README.md beside them."""
