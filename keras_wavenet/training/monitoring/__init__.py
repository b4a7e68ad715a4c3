"""Callbacks that report on a run: metrics, pictures, audio samples, warnings."""
