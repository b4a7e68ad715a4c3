"""Speak from an exported folder, with onnxruntime and NumPy alone.

    keras-wavenet export wavenet_realtime --format onnx --out voice
    keras-wavenet features speech.flac --preset wavenet_realtime --out frames
    python tools/speak_from_onnx.py voice speech.wav --frames frames/speech.flac.npy

The folder is one that `keras-wavenet export --format onnx` wrote. This program is an
example for other programs: it does not need the package.
"""

import argparse
import json
import wave
from pathlib import Path

import numpy as np
import onnxruntime

CHUNK = 4000  # samples of a call


class Exported:
    """The models of a folder.

    Args:
        folder: Path of the folder.
        threads: Threads of each model.
    """

    def __init__(self, folder, threads=1):
        folder = Path(folder)
        self.metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = threads
        options.log_severity_level = 3  # without a line for each folded constant
        self.sessions = {
            path.stem: onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
            for path in folder.glob("*.onnx")
        }

    def call(self, model, **inputs):
        """Run a model; inputs that it does not have are left out.

        Returns:
            Its outputs by name, and the state of the next call at `"state"`.
        """
        session = self.sessions[model]
        names = {one.name: one for one in session.get_inputs()}
        inputs = {n: np.asarray(x) for n, x in inputs.items() if n in names}
        values = session.run(None, inputs)
        outputs = zip(session.get_outputs(), values, strict=True)
        outputs = {one.name: value for one, value in outputs}
        state = {n[5:]: x for n, x in outputs.items() if n.startswith("next_")}
        return {**outputs, "state": state}

    def conditions(self, start, count, given, state):
        """The conditions of `count` samples from sample `start` on."""
        outputs = {}
        if "conditions" in self.sessions:
            outputs = self.call("conditions", start=start, count=count, **given)
            del outputs["state"]
        if "context" in state:
            outputs["condition"] = outputs.get("condition", 0) + state["context"]
        return outputs

    def with_context(self, state, newest):
        """The state after one more frame of samples, `(streams, hop)`."""
        return {**state, **self.call("context", samples=newest, **state)["state"]}

    def follow(self, state, samples, start, given):
        """The state after known samples, float32 `(samples, streams)`."""
        conditions = self.conditions(start, len(samples), given, state)
        outputs = self.call("prefill", samples=samples, **conditions, **state)
        return {**state, **outputs["state"]}

    def begin(self, streams, given, initial_sample=0.0):
        """The state before sample 0: after silence, or without anything."""
        state = self.call("start", streams=streams)["state"]
        history = self.metadata["history"]
        if self.metadata["start"] == "zeros" or not history:
            return {**state, "sample": np.full(streams, initial_sample, "float32")}
        silence = np.zeros((history, streams), "float32")
        silence[-1] = initial_sample
        return self.follow(state, silence, -history, given)

    def generate(
        self,
        samples,
        seed=0,
        streams=1,
        temperature=1.0,
        top_k=0,
        top_p=1.0,
        conditions=None,
        initial_sample=0.0,
        chunk=CHUNK,
    ):
        """Generate audio, float32 `(streams, samples)`.

        `conditions` are the inputs of conditions.onnx, a row for each stream.
        """
        given = conditions or {}
        uniforms = self.metadata["distribution"]["uniforms_per_sample"]
        stack = self.metadata["context_stack"]
        if stack is not None:  # a chunk is a frame of the context stack
            chunk = stack["hop"]
        state, audio = self.begin(streams, given, initial_sample), []
        for start in range(0, samples, chunk):
            count = min(chunk, samples - start)
            outputs = self.call(
                "loop",
                uniforms=noise(seed, streams, start, count, uniforms),
                temperature=np.float32(temperature),
                top_k=top_k,
                top_p=np.float32(top_p),
                **self.conditions(start, count, given, state),
                **state,
            )
            state = {**state, **outputs["state"]}
            audio.append(outputs["samples"])
            if stack is not None and count == chunk:
                state = self.with_context(state, audio[-1])
        return self.unfiltered(np.concatenate(audio, axis=1))

    def unfiltered(self, waveform):
        """Invert the filter of a network that models a filtered waveform."""
        own = self.metadata["waveform_filter"]
        if own is None:
            return waveform
        newest_last = np.array(own["coefficients"])[::-1]
        order = len(newest_last)
        audio = np.zeros((len(waveform), order + waveform.shape[1]))
        for t in range(waveform.shape[1]):
            known = audio[:, t : t + order] @ newest_last
            audio[:, order + t] = waveform[:, t] / own["gain"] - known
        return audio[:, order:].clip(-1, 1).astype("float32")


def noise(seed, streams, start, count, each):
    """Uniform noise, float32 `(count, streams, each)`, from sample `start` on."""
    made = np.empty((count, streams, each), "float32")
    block, left_out = divmod(start * each, 4)  # a counter gives four words
    for stream in range(streams):
        key = np.array([seed, stream], "uint64")
        bits = np.random.Philox(key=key, counter=[block, 0, 0, 0])
        words = bits.random_raw(left_out + count * each)[left_out:]
        steps = (words >> np.uint64(41)).astype("float32")
        made[:, stream] = ((steps + 0.5) * 2**-23).reshape(count, each)
    return made


def speaker_number(known, speaker):
    """The number of a speaker, which is given as a number or a name."""
    names = [*(known["names"] or ()), *map(str, range(known["count"]))]
    if speaker not in names:
        raise SystemExit(f"--speaker is one of {', '.join(names)}, not {speaker}.")
    return names.index(speaker) % known["count"]


def given_conditions(metadata, speaker=None, frames=None):
    """The inputs of conditions.onnx for one stream."""
    given, known = {}, metadata["conditions"]
    if "speaker" in known:
        number = speaker_number(known["speaker"], speaker or "0")
        given["speaker"] = np.array([number])
    if "tags" in known:
        given["tags"] = np.zeros((1, known["tags"]["count"]), "float32")
    if "global" in known:
        given["global"] = np.zeros((1, known["global"]["channels"]), "float32")
    if "local" in known:
        if frames is None:
            raise SystemExit("This model needs --frames, an array of its features.")
        given["local"] = np.load(frames).astype("float32")[None]
    return given


def write_wav(path, audio, sample_rate):
    """Write samples in [-1, 1] as 16 bits."""
    levels = np.round(audio * 32768).clip(-32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, sample_rate, len(levels), "NONE", "not compressed"))
        file.writeframes(levels.tobytes())


def main(arguments=None):
    """Read the arguments, generate and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="an exported folder")
    parser.add_argument("out", help="path of the wav file")
    parser.add_argument("--seconds", type=float, help="default: of the frames, or 1")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--top_k", type=int, default=0)
    parser.add_argument("--top_p", type=float, default=1.0)
    parser.add_argument("--speaker", help="name or number")
    parser.add_argument("--frames", help="a .npy file, (frames, channels)")
    options = parser.parse_args(arguments)
    exported = Exported(options.folder)
    metadata = exported.metadata
    given = given_conditions(metadata, options.speaker, options.frames)
    rate = metadata["sample_rate"]
    samples = rate
    if "local" in given:
        samples = given["local"].shape[1] * metadata["conditions"]["local"]["hop"]
    if options.seconds is not None:
        samples = round(options.seconds * rate)
    audio = exported.generate(
        samples,
        seed=options.seed,
        temperature=options.temperature,
        top_k=options.top_k,
        top_p=options.top_p,
        conditions=given,
    )
    write_wav(options.out, audio[0], rate)


if __name__ == "__main__":
    main()
