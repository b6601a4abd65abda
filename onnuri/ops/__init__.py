"""The command line `onnuri`: the same verbs as the pages and the API, without HTTP; and what starts the processes."""
