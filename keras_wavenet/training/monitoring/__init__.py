"""Callbacks that watch a run and tell of it: figures, pictures, sounds, warnings."""
