"""The model of a training run: a preset, its flags, and what the data determines."""

import argparse

from keras_wavenet.commands.condition_arguments import condition_overrides
from keras_wavenet.commands.data_arguments import open_split
from keras_wavenet.commands.filter_arguments import filter_override
from keras_wavenet.commands.model_arguments import (
    check_generates,
    model_overrides,
    read_arguments,
)
from keras_wavenet.model_words import counted
from keras_wavenet.utils.terminal import say
from keras_wavenet.utils.text import listed


def add_start_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what a run starts from."""
    parser.add_argument(
        "--preset",
        default="wavenet_tiny",
        metavar="PRESET",
        help="name or folder of the model to start from (default: %(default)s)",
    )
    parser.add_argument(
        "--load-weights",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="start from the preset's weights, not from new ones",
    )
    parser.add_argument(
        "--add-speakers",
        action="store_true",
        help="with --load-weights: add the speakers of the data to those of the model",
    )
    parser.add_argument(
        "--freeze-blocks",
        action="store_true",
        help="keep the dilated convolutions and residual projections as they are: only "
        "the first layer, all that comes from conditions, and what follows the blocks "
        "learn",
    )


class ModelMaker:
    """Makes the model of a training command.

    A count of speakers or tags, in a preset or from a flag, becomes the names that the
    training split has; features without statistics and filters are measured there.

    Args:
        arguments: Parsed flags of `train`.
        recorded: Arguments of the model of a run that is there, whose statistics are
            not measured again; None for a new run.

    Attributes:
        source: The training clips, if they had to be opened; None before, and else.
        validation_source: Likewise, the clips of the validation split.
    """

    def __init__(self, arguments: argparse.Namespace, recorded: dict | None = None):
        self.arguments = arguments
        self.source = self.validation_source = None
        self._recorded = recorded or {}
        self._sample_rate = None

    def make(self):
        """Build the model, with weights that the seed decides.

        Raises:
            ValueError: If flags, preset and data do not go together.
        """
        import keras

        from keras_wavenet import WaveNet, preset_io, preset_places
        from keras_wavenet.models.bounds import architecture_of

        arguments = self.arguments
        folder = preset_places.find(arguments.preset)
        check_generates(arguments.preset, folder)
        config = preset_io.read_config(WaveNet, folder)
        given = read_arguments(arguments.config, config)
        config.update(given)
        overrides = {**given, **model_overrides(arguments, config)}
        overrides.update(condition_overrides(arguments, config))
        self._check_speaker_flags(config)
        architecture = architecture_of({**config, **overrides})
        self._sample_rate = architecture.sample_rate
        self._check_learned_features(architecture)
        overrides.update(self._from_data(architecture))
        keras.utils.set_random_seed(arguments.seed)
        model = WaveNet.from_preset(
            folder, load_weights=arguments.load_weights, **overrides
        )
        if arguments.add_speakers:
            model = self._with_new_speakers(model)
        if arguments.freeze_blocks:
            freeze_blocks(model)
        return model

    def _check_learned_features(self, architecture):
        features = architecture.features
        if features is None or not features.weight_shapes:
            return
        if not self.arguments.load_weights:
            raise ValueError(
                f"The features of {self.arguments.preset} are learned, and `train` "
                "does not train their weights: give --load-weights to keep them."
            )

    def _check_speaker_flags(self, config):
        a, known = self.arguments, config.get("speakers")
        if a.add_speakers:
            self._check_added_speakers(known)
        if a.speakers and a.load_weights and isinstance(known, list):
            raise ValueError(
                f"The weights of {a.preset} are of the speakers {listed(known)}. Leave "
                "out --speakers to keep them; --add-speakers adds those of the "
                "data."
            )
        conditioned = a.speakers or a.add_speakers or known is not None
        if conditioned and a.split_by == "speaker":
            raise ValueError(
                "--split-by speaker holds out speakers that the model does not have: "
                "a model that is conditioned on speakers takes --split-by clip."
            )

    def _check_added_speakers(self, known):
        a = self.arguments
        if not a.load_weights:
            raise ValueError(
                "--add-speakers goes with --load-weights; a model with new weights "
                "takes all its speakers from the data, by --speakers."
            )
        if a.speakers or not isinstance(known, list):
            raise ValueError(
                "--add-speakers is for a preset whose speakers have names, and takes "
                f"no --speakers. Received: {a.preset}, with speakers: "
                + (listed(known) if isinstance(known, list) else f"{known or 'none'}")
            )

    def _from_data(self, architecture) -> dict:
        """Names in place of counts, features with statistics, a filter."""
        found = {}
        for what in ("speakers", "tags"):
            count = getattr(architecture, what)
            if isinstance(count, int):
                found[what] = self._names(what, count)
        features = architecture.features
        if (
            features is not None
            and features.mean is None
            and not features.weight_shapes
        ):
            found["features"] = self._measured(features)
        found.update(filter_override(self.arguments, self._recorded, self._open))
        return found

    def _names(self, what, count) -> list[str]:
        column = {"speakers": "speaker", "tags": "label"}[what]
        names = names_in(self._open(), what)
        if not names:
            raise ValueError(
                f"Expected clips with {what}, for a model that is conditioned on them. "
                f"Received: none in {self.source.report.origin}. Name them in a column "
                f"`{column}` of metadata.csv, or by --key {column}=FEATURE."
            )
        flag = getattr(self.arguments, what)
        if self.arguments.load_weights and not flag and len(names) != count:
            raise ValueError(
                f"{self.arguments.preset} has {count} {what} by number, and the data "
                f"has {len(names)}: {listed(names)}. Leave out --load-weights."
            )
        say(f"Conditioned on {counted(names, what)} of the data: {listed(names)}")
        self._check_validation(what, names)
        return names

    def _check_validation(self, what, known):
        """Refuse names of the validation split of which nothing would be learned."""
        split = self.arguments.validation_split_name
        if split == "none":
            return
        self.validation_source = open_split(self.arguments, self._sample_rate, split)
        lacking = [n for n in names_in(self.validation_source, what) if n not in known]
        if lacking:
            train = self.arguments.train_split_name
            raise ValueError(
                f"The split {split} must have no {what} that the split {train} lacks: "
                f"nothing would be learned of them. Received: {listed(lacking)}. Move "
                f"some of their clips to {train}, by the column `split` of a "
                "metadata.csv, leave them out, or give --validation-split-name none."
            )

    def _measured(self, features):
        from keras_wavenet.features import get

        recorded = self._recorded.get("features")
        if recorded and get(recorded).parts == features.parts:
            return get(recorded)
        measured = features.measured_on(self._open())
        say(f"Conditioned on {measured}, on the training split")
        return measured

    def _with_new_speakers(self, model):
        names = names_in(self._open(), "speakers")
        new = [name for name in names if name not in model.speakers]
        say(f"New speakers: {listed(new) or 'none'}, added to {listed(model.speakers)}")
        self._check_validation("speakers", [*model.speakers, *new])
        return model.with_speakers(new) if new else model

    def _open(self):
        """The training clips; opened once, as it may take long."""
        if self.source is None:
            self.source = open_split(
                self.arguments, self._sample_rate, self.arguments.train_split_name
            )
        return self.source


def names_in(source, what: str) -> list[str]:
    """The `"speakers"` or `"tags"` of some clips."""
    from keras_wavenet import data

    return {"speakers": data.speaker_names, "tags": data.tag_names}[what](source)


def freeze_blocks(model) -> None:
    """Keep the dilated convolutions and residual projections of a model as they are.

    The projections of conditions inside the blocks remain trainable: with one-hot
    speakers, they hold all of a speaker.
    """
    for block in model.blocks:
        block.filter_gate.trainable = False
        if block.residual_projection is not None:
            block.residual_projection.trainable = False


def start_identity(arguments: argparse.Namespace) -> dict:
    """What identifies a run among the flags of `add_start_arguments`."""
    names = ("load_weights", "add_speakers", "freeze_blocks")
    start = {name: getattr(arguments, name) for name in names}
    if arguments.load_weights:  # else the config of the model is all of the preset
        start["preset"] = str(arguments.preset)
    return start


def license_of_start(arguments: argparse.Namespace) -> str | None:
    """The license of the weights that the run starts from, if it starts from any."""
    from keras_wavenet import preset_io, preset_places

    if not arguments.load_weights:
        return None
    return preset_io.read_metadata(preset_places.find(arguments.preset)).get("license")
