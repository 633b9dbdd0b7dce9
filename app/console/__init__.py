"""The staff's pages: the frame that every staff room draws in, and the venues to find, see and edit."""
