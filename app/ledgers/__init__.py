"""The counted ledgers beside the register of venues: each by page, by form, by template and by import."""
