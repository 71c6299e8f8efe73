"""One file, one task: a constant ``TASK`` whose id is the file's name; found by itself."""
