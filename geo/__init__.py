"""Pure computation on frames and arrays: no database, no web, no prose."""
