"""`python -m keras_wavenet` is the command `keras-wavenet`."""

import sys

from keras_wavenet.cli import main

if __name__ == "__main__":
    sys.exit(main())
