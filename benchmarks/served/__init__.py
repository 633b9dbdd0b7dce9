"""Servers that answer the same questions over the same venues: what `peers`, `million` and `soak` ask."""
