"""HTML pages in one file: text, tables, pictures and sounds, without a server."""

from keras_wavenet.pages.media import Sound, SoundFile
from keras_wavenet.pages.page import Page

__all__ = ["Page", "Sound", "SoundFile"]
