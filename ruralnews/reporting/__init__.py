"""The report of a night, as a page and as text: facts and history in, the same bytes out."""
