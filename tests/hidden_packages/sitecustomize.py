"""Python runs this first in each program of a test: it hides packages.

Those named in the environment variable `HIDDEN_PACKAGES`, separated by commas, are then
as if never installed. A program may change the set, `sitecustomize.hidden`.
"""

import os
import sys

hidden = set(filter(None, os.environ.get("HIDDEN_PACKAGES", "").split(",")))


class Hiding:
    """A finder of modules that does not find those of hidden packages."""

    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            return None
        return self.finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self.finder, name)


sys.meta_path[:] = [Hiding(finder) for finder in sys.meta_path]
