"""Not loaded where there is no user site."""
