"""Its inner package."""
