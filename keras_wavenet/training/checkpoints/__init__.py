"""Checkpoints: all of a run in one file, from which it resumes exactly."""
