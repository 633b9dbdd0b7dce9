"""What comes in from files: a city's borders, and its directory."""
