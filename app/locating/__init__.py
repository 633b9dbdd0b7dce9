"""The locating queue: venues without a position that can be trusted, with places offered for each."""
