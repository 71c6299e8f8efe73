"""One file, the words of one part of the page: see `livegrad.lab.vocabulary.Words`."""
