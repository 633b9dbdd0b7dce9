"""The interface as a page that a person can read and try."""
