"""How processes begin, live and end."""
