"""Spiders: one thin class for every portal profile, and `site` for portals without one."""
