"""The command line: the first face."""
