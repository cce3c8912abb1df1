"""State: what identifies a page and a record, and what a run has already seen."""
