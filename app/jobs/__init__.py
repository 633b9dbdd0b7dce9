"""Long work in one process of its own; the database says how far it is, and whether somebody wants it to stop."""
