"""Processors: one raw value in, one field value out. Pure functions."""
