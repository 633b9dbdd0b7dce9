"""The languages that pages are read in, and the words of each (gettext catalogs under `locale/`)."""
