"""The commands of `keras-wavenet`, one a file.

Each has `HELP`, `USAGE`, `EPILOG`, `add_arguments(parser)` and `run(arguments)`, and
its module docstring is its description. Keras is imported inside `run` alone: by then
the backend has been chosen, and `--help` need not wait for it.
"""
