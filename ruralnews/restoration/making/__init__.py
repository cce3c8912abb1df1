"""How the data files of the restoration are made; nothing here runs when a page is restored."""
