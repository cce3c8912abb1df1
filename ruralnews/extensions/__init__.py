"""Extensions: what lives as long as one crawl."""
