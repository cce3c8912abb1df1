"""The room where pages are read, in processes of their own that a page may cost."""
