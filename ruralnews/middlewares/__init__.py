"""Downloader middlewares: where a request may go, what robots.txt says, what is archived."""
