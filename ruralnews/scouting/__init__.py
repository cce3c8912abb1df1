"""A portal nobody described yet: what its pages show of it, and the profile that follows.

Pure but for `cases`, which writes what was fetched. `scrapy newportal` and `scrapy capture` ask.
"""
