"""The format `web`: a page that generates audio in a browser.

`loop/` is the loop in C and what tools/build_web_loop.py makes of it, `worker/` the
scripts around it, `page/` the page; page.py puts all of it into one file.
"""

from keras_wavenet.export.web.format import Web

__all__ = ["Web"]
