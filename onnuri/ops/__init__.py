"""The command line: the same verbs without HTTP."""
