"""One file, one part of the page's server side: see `livegrad.lab.desk.Desk`."""
