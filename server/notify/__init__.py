"""Notifications: one port, a durable outbox, one package for each kind of channel."""
