"""Locks, semaphores and what goes wrong between them."""
