"""What every part of the package uses: checks, files, optional libraries, progress."""
