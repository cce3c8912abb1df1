"""Pipelines: one small file per rule, each a thin shell around a pure function."""
