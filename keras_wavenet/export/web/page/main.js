/* The page: its buttons, and what happens on them. */

"use strict";

const MOST_SECONDS = 30; // of a recording

const model = new Model();
const knobs = new Knobs(model.settings);
const player = new Player(model.settings.sample_rate);
const recorder = new Recorder(model.settings.sample_rate);
const drawing = new Drawing(
  element("waveform"), element("gates"),
  model.settings.block_dilations, model.settings.dilation_width);
let audio = null; // the last sound, whole
let is_generating = false;
let is_drawing = false;

function tell(text) {
  element("status").textContent = text;
}

function show_buttons() {
  element("play").textContent = is_busy() ? "Stop" : "Speak";
  element("again").disabled = element("save").disabled = audio === null;
}

function is_busy() {
  return is_generating || player.is_playing;
}

async function speak() {
  const values = knobs.values();
  audio = null;
  is_generating = true;
  player.begin(values.total);
  const slice = Math.ceil(model.settings.sample_rate / 50);
  drawing.begin(values.total, Math.ceil(values.total / slice) + 1);
  begin_drawing();
  audio = await model.generate(values, (message) => {
    const per_second = (1000 * message.generated) / message.milliseconds;
    player.add(message.samples, per_second);
    drawing.add(message.samples, message.gates);
    tell(speed_text(message.generated, values.total, per_second));
  });
  is_generating = false;
}

function speed_text(generated, total, per_second) {
  const rate = model.settings.sample_rate;
  const times = (per_second / rate).toFixed(2);
  const speed = Math.round(per_second).toLocaleString("en");
  return `${(generated / rate).toFixed(1)} of ${(total / rate).toFixed(1)} s, ` +
    `${speed} samples a second: ${times} times real time`;
}

function stop() {
  model.stop();
  player.stop();
  is_generating = false;
  show_buttons();
}

function hear_again() {
  player.begin(audio.length);
  player.add(audio, Infinity);
  begin_drawing();
}

function save() {
  const wav = new Blob([encode_wav(audio, model.settings.sample_rate)], {
    type: "audio/wav",
  });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(wav);
  link.download = `${model.settings.name}.wav`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function use_recording(samples) {
  const most = MOST_SECONDS * model.settings.sample_rate;
  const { frames } = await model.record(samples.subarray(0, most));
  knobs.offer_recording(frames);
  tell("The recording is ready: choose a voice, and let it speak.");
}

async function toggle_recording() {
  if (!recorder.is_recording) {
    await recorder.begin();
    element("record").textContent = "End the recording";
    tell("Recording.");
    return;
  }
  element("record").textContent = "Record";
  await use_recording(await recorder.end());
}

async function open_file() {
  const [file] = element("file").files;
  if (file) await use_recording(await recorder.decode(await file.arrayBuffer()));
}

/* A handler that tells of a failure. */
function telling(handle) {
  return async () => {
    try {
      await handle();
    } catch (error) {
      stop();
      tell(`Failed: ${error.message}`);
    }
  };
}

/* Draw now, and on as long as something moves. */
function begin_drawing() {
  if (!is_drawing) draw_on();
}

function draw_on() {
  is_drawing = is_busy();
  drawing.draw(player.position());
  show_buttons();
  if (is_drawing) requestAnimationFrame(draw_on);
}

element("play").onclick = telling(async () => {
  await (is_busy() ? stop() : speak());
});
element("again").onclick = telling(hear_again);
element("save").onclick = telling(save);
element("record").onclick = telling(toggle_recording);
element("file").onchange = telling(open_file);
model.ready.then(({ is_relaxed }) => {
  element("play").disabled = false;
  tell(is_relaxed ? "Ready." : "Ready. This browser has no relaxed SIMD: the loop " +
    "rounds products, and its samples differ from the package's by rounding.");
}, (error) => tell(`Failed: ${error.message}`));
window.onresize = begin_drawing;
drawing.scheme.onchange = begin_drawing;
begin_drawing();
