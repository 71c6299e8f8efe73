"""Pages of the documentation that are made from entries, measurements and other files of the project."""
