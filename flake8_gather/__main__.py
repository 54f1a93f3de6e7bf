"""`python -m flake8_gather` is the command `flake8-gather`."""

import sys

from flake8_gather.cli import main

if __name__ == "__main__":
    sys.exit(main())
