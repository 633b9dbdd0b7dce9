"""What is measured: n of N with both bounds, how far people are, and where the holes are."""
