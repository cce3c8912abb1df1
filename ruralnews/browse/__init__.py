"""Browse: the published records in Datasette, with a search that knows Chinese."""
