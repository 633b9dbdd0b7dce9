"""The write side: statements come in, what is in force follows, and the change is numbered."""
