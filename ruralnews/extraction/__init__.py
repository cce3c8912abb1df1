"""Extraction: bytes of one page in, raw field values with the rule that found each out."""
