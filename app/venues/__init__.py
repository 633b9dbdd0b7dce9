"""What a client asks of the register: venues, the nearest, one of them, and what was seen there."""
