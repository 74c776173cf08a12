"""Found by PYTHONPATH."""

word = "extra"
