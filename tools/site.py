"""Build the documentation site: README, pages, tutorial and API reference.

    python3 tools/site.py                      into site/
    python3 tools/site.py --serve              build, and show it on this machine

Open `site/index.html` in a browser: it loads nothing from elsewhere, and needs a server
for its search only. Its settings are in mkdocs.yml; site_pages.py makes the pages that
are not in docs/. Makes a virtual environment in the checkout, and runs mkdocs in it:
a warning is an error.
"""

import argparse
import subprocess
import sys

import environment


def main():
    """Prepare the environment and build the site in it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--serve", action="store_true", help="show it while editing")
    arguments = parser.parse_args()
    try:
        python = environment.prepare("docs")
    except environment.EnvironmentFailure as failure:
        sys.exit(f"error: {failure}")
    action = "serve" if arguments.serve else "build"
    command = [str(python), "-m", "mkdocs", action, "--strict"]
    sys.exit(subprocess.run(command, cwd=environment.CHECKOUT).returncode)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
