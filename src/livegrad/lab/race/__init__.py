"""The race: lanes from one start on the same data that differ in one named thing; see README.md for what the page gets."""
