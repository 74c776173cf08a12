"""The report: a recording as one page that explains it, with nothing beside the file itself."""
