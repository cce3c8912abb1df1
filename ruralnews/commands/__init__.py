"""Commands of `scrapy`: each reads its arguments, calls the rooms below and prints."""
