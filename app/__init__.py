"""Paymap: the register and map of where a foreigner or an elderly person can pay."""
