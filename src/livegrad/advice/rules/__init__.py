"""The rules of the guide, one file each."""
