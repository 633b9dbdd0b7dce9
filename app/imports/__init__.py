"""A file comes in: read, placed, matched, shown row by row, applied as a whole, and undone as a whole."""
