"""One file, one rule: a constant ``RULE`` whose code is the file's name; found by itself."""
