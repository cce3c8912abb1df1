"""Monitoring: what a run counted, and the exit code that says whether to look."""
