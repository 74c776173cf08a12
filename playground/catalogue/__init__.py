"""The scenarios that there are: found, described, begun anew; what was run of them, and what is next."""
