"""The widgets of the stage."""
