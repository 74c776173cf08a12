"""Pure drawing: functions from values to strips, tested without an app."""
