"""Export: published records as files of other formats. Knows neither the store nor Scrapy."""
