/* The worker of the page: it holds the loop, and answers messages of the page.

   Messages have a `kind`; see `handlers` for those of the page. To the page go `ready`,
   `recording`, `audio` and `failed`. */

"use strict";

const SLICES = 50; // messages of audio for each second of it
const KINDS = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

let model, loop, recording;
let running = 0; // the number of the present run; 0 while none is

const handlers = {
  /* Compile the loop, the faster one where the browser has it, and place the weights.
     `table` has the kind, the first byte and the length of each array in `bytes`. */
  async open({ settings, table, bytes, loops }) {
    const arrays = {};
    for (const [name, [kind, first, length]] of Object.entries(table))
      arrays[name] = new KINDS[kind](bytes, first, length);
    model = { settings, arrays };
    const is_relaxed = WebAssembly.validate(loops.relaxed);
    const code = is_relaxed ? loops.relaxed : loops.plain;
    const { instance } = await WebAssembly.instantiate(code, { math: Math });
    loop = new Loop(instance, model);
    postMessage({ kind: "ready", is_relaxed });
  },

  /* Compute the frames of a recording, which later runs may say again. */
  async record({ samples }) {
    recording = with_predictors(log_mel_frames(model, samples));
    const frames = recording.frames.length / model.settings.local_channels;
    postMessage({ kind: "recording", frames });
  },

  /* Generate audio, with the settings of voice.js; `source` is the number of an example
     or "recording". */
  async generate({ run, total, source, ...given }) {
    running = run;
    const frames = frames_of(source);
    const voice = new Voice(loop, { ...given, ...frames });
    const slice = Math.ceil(model.settings.sample_rate / SLICES);
    let milliseconds = 0;
    while (running === run && voice.generated < total) {
      const begun = performance.now();
      const samples = voice.next(Math.min(slice, total - voice.generated));
      milliseconds += performance.now() - begun;
      const { generated } = voice;
      const gates = loop.gates();
      postMessage({ kind: "audio", run, samples, gates, generated, milliseconds });
      await messages_read();
    }
  },

  async stop() {
    running = 0;
  },
};

function frames_of(source) {
  if (!model.settings.local_channels) return {};
  if (source === "recording") return recording;
  const frames = model.arrays[`example_${source}`];
  const predictors = model.arrays[`example_predictors_${source}`];
  return predictors ? { frames, predictors } : with_predictors(frames);
}

function with_predictors(frames) {
  const predictors = model.settings.order ? predictors_of(model, frames) : undefined;
  return { frames, predictors };
}

/* A promise that is kept after the messages that wait. */
const channel = new MessageChannel();
function messages_read() {
  return new Promise((kept) => {
    channel.port1.onmessage = kept;
    channel.port2.postMessage(null);
  });
}

onmessage = ({ data }) => {
  handlers[data.kind](data).catch((error) => {
    postMessage({ kind: "failed", message: String(error) });
  });
};
