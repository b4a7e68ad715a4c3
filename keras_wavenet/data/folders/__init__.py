"""Folders of audio files: what is in them, what is known of it, and how it is read."""
