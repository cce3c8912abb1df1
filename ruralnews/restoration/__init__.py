"""Restoration: damaged text of hijacked copies in, the newsroom's own text out."""
