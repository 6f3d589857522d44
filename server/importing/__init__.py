"""Import of units, officers and persons from spreadsheets: read, look, apply."""
