"""Workers that share out tasks."""
