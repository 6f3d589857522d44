"""Notices on the pages of this server: the bell of the consoles."""
