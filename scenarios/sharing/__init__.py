"""Values that several processes change."""
