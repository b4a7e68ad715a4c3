"""The command `keras-wavenet`: parse, choose a backend, run, and fail in one line."""

import argparse
import os
import sys
import warnings

from keras_wavenet import __version__
from keras_wavenet.commands import (
    backend_choice,
    convert,
    evaluate,
    explain,
    export,
    features,
    generate,
    info,
    prepare,
    synthesize,
    train,
    upload,
)
from keras_wavenet.commands import presets as presets_command
from keras_wavenet.utils.interruption import Terminated
from keras_wavenet.utils.nearest import did_you_mean
from keras_wavenet.utils.paths import replace_missing_home
from keras_wavenet.utils.terminal import say
from keras_wavenet.utils.text import bounded

COMMANDS = (
    train,
    evaluate,
    generate,
    synthesize,
    features,
    prepare,
    convert,
    export,
    presets_command,
    info,
    explain,
    upload,
)
INTERRUPTED, TERMINATED = 130, 143  # what shells report after Ctrl-C and SIGTERM

DESCRIPTION = """\
WaveNet in Keras 3: train a model of raw audio, score it, and generate audio."""
EPILOG = """\
to begin with:
  keras-wavenet generate                   a sentence by wavenet_realtime
  keras-wavenet explain                    a page of what that model computes
  keras-wavenet presets                    the other models
  keras-wavenet train --steps 100          train for minutes on speech in the package
  keras-wavenet COMMAND --help             all options of a command, with examples"""

# Errors that a user can act on; any other one is shown with its type.
EXPECTED_ERRORS = (
    ValueError,
    OSError,
    ImportError,
    RuntimeError,
    FloatingPointError,
)


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, with the nearest flag, command or choice."""

    def parse_known_args(self, args=None, namespace=None):
        # Called for each parser: that of a command knows the flags that were meant.
        namespace, rest = super().parse_known_args(args, namespace)
        if rest:
            flags = [flag for action in self._actions for flag in action.option_strings]
            near = did_you_mean(rest[0].partition("=")[0], flags)
            if os.path.lexists(rest[0]):
                near = f"; write the path as ./{rest[0]}"
            self.error(f"unrecognized arguments: {' '.join(rest)}{near}")
        return namespace, rest

    def _check_value(self, action, value):
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            near = did_you_mean(value, action.choices)
            raise argparse.ArgumentError(action, f"{error.message}{near}") from None

    def error(self, message):
        if message.endswith("expected one argument"):
            message += "; one that begins with a dash is written --flag=-value"
        line = f"{self.prog}: error: {bounded(message)} (see {self.prog} --help)"
        say(line, file=sys.stderr)
        self.exit(2)


def main(argv: list[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: Arguments after the program's name; `None` takes those of this process.

    Returns:
        The exit status: 0, 1 after a failure, 130 after Ctrl-C, 143 after a SIGTERM
        that a command saved its work for. Arguments that can't be understood end the
        program with 2, as `argparse` does.
    """
    arguments = build_parser().parse_args(argv)
    arguments.command_line = sys.argv[1:] if argv is None else argv
    try:
        with warnings.catch_warnings():
            warnings.showwarning = show_warning
            replace_missing_home(os.environ)
            backend = arguments.backend or arguments.needed_backend(arguments)
            backend_choice.import_keras(backend)
            arguments.run(arguments)
        if sys.stdout is not None:  # it is where stdout was closed
            sys.stdout.flush()
    except KeyboardInterrupt as interruption:
        return TERMINATED if isinstance(interruption, Terminated) else INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if arguments.debug:
            raise
        say(f"keras-wavenet: error: {describe_error(error)}", file=sys.stderr)
        return 1
    return 0


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = Parser(
        prog="keras-wavenet",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2]
        subparser = commands.add_parser(
            name,
            usage=f"keras-wavenet {name} {command.USAGE}",
            help=command.HELP,
            description=command.__doc__,
            epilog=command.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(subparser)
        add_common_arguments(subparser)
        needed = getattr(command, "needed_backend", lambda arguments: None)
        subparser.set_defaults(run=command.run, needed_backend=needed)
    return parser


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags that every command takes."""
    common = parser.add_argument_group("common options")
    common.add_argument(
        "--backend",
        choices=backend_choice.BACKENDS,
        help="backend of Keras (default: KERAS_BACKEND, keras.json, or the "
        "first one that is installed)",
    )
    common.add_argument(
        "--debug", action="store_true", help="show the whole traceback of a failure"
    )


def describe_error(error: Exception) -> str:
    """One message for a failure, without its traceback."""
    message = bounded(str(error).strip()) or type(error).__name__
    if isinstance(error, EXPECTED_ERRORS):
        return message
    return f"{type(error).__name__}: {message} (--debug shows where)"


def show_warning(message, category, filename, lineno, file=None, line=None) -> None:
    """Print a warning as a sentence, without the line of code that gave it."""
    say(f"keras-wavenet: warning: {bounded(str(message))}", file=sys.stderr)
