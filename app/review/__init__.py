"""What waits for somebody to decide, and what inspectors saw when they went and tried."""
