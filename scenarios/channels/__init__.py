"""Queues and pipes."""
