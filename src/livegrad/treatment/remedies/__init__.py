"""One file, one remedy: a constant ``REMEDY`` whose id is the file's name; found by itself."""
