"""Upload a preset to the Hugging Face Hub or to Kaggle, with a model card.

Only a preset that loads is uploaded: config, metadata, weights, the card, and its
LICENSE and ATTRIBUTION.md where they exist."""

import argparse
import shlex

from keras_wavenet.utils.terminal import say

HELP = "upload a preset to a hub"
USAGE = "PRESET PLACE [options]"
EPILOG = """\
examples:
  keras-wavenet upload runs/voice hf://me/voice --dry-run     # prints the card
  keras-wavenet upload runs/voice hf://me/voice --private
  keras-wavenet upload runs/voice hf://me/voice@next --message "Longer training"
  keras-wavenet upload my_voice kaggle://me/voice/keras/small
  keras-wavenet generate hf://me/voice@next

Log in first: `hf auth login` or HF_TOKEN; for Kaggle, KAGGLE_API_TOKEN. docs/hubs.md
has the rest."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "preset",
        metavar="PRESET",
        help="a preset folder, a run, whose best preset is taken, or a built-in name",
    )
    parser.add_argument(
        "place",
        metavar="PLACE",
        help="hf://USER/REPOSITORY[@BRANCH] or kaggle://USER/MODEL/keras/VARIATION",
    )
    parser.add_argument(
        "--message", metavar="TEXT", help="of the commit or the version"
    )
    parser.add_argument(
        "--private",
        action=argparse.BooleanOptionalAction,
        help="whether a new repository is private (default: as the hub does)",
    )
    parser.add_argument(
        "--no-create",
        action="store_true",
        help="fail where the repository or branch is missing",
    )
    parser.add_argument(
        "--description", metavar="TEXT", help="of the model, in place of the preset's"
    )
    parser.add_argument(
        "--license", metavar="TEXT", help="of the weights, in place of the preset's"
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="check the preset, print its card, and upload nothing",
    )


def run(arguments: argparse.Namespace) -> None:
    """Check and upload; print the files and the address."""
    from keras_wavenet.preset_upload import upload_preset

    message = {} if arguments.message is None else {"message": arguments.message}
    upload = upload_preset(
        arguments.place,
        arguments.preset,
        description=arguments.description,
        license=arguments.license,
        private=arguments.private,
        create=not arguments.no_create,
        dry_run=arguments.dry_run,
        **message,
    )
    if upload.url is None:
        say(f"{upload.card}\n")
    for name, size in upload.files.items():
        say(f"{name:20} {size:13,} bytes")
    if upload.url is None:
        say(f"Nothing was uploaded to {upload.uri}.")
    else:
        say(f"Uploaded to {upload.uri}: {upload.url}")
        say(f"keras-wavenet info {shlex.quote(upload.uri)} loads it.")
