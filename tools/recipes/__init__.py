"""Recipes of the presets with weights: architecture, data and training."""
