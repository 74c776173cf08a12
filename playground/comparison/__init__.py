"""Two runs compared: event by event, figure by figure, as faces on the screen and as a command."""
