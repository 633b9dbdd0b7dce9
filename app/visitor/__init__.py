"""The visitor's pages: find a place, read what was seen there, read what else works.

`asked` reads a page's parameters, `listing` is the only file that touches the read index, `seen` puts
observations into words, `city` holds the city's own facts, `pages` draws templates, `routes` serves.
"""
