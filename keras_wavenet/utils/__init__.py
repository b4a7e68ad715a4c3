"""Used by every part of the package: checks, files, optional libraries, progress."""
