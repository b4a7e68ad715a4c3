"""Checkpoints: all of a run in one file, from which it goes on as if never stopped."""
