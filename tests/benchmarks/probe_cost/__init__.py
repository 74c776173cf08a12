"""What the probe costs the program that it observes, against the budgets of the design."""
