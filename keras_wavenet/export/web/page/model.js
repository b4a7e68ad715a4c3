/* The model in the page: its settings, and a worker that runs it. */

"use strict";

function text_of(id) {
  return document.getElementById(id).textContent;
}

function bytes_of(id) {
  const letters = atob(text_of(id).trim());
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes.buffer;
}

class Model {
  constructor() {
    const { settings, table } = JSON.parse(text_of("model"));
    this.settings = settings;
    const source = new Blob([text_of("worker")], { type: "text/javascript" });
    this.worker = new Worker(URL.createObjectURL(source));
    this.worker.onmessage = ({ data }) => this.receive(data);
    this.waiting = {}; // by the kind of a message, who waits for it
    this.run = 0;
    const loops = { relaxed: bytes_of("loop_relaxed"), plain: bytes_of("loop") };
    const bytes = bytes_of("weights");
    this.ready = this.ask("ready", { kind: "open", settings, table, bytes, loops }, [
      bytes,
    ]);
  }

  /* Send a message, and wait for the answer of a kind. */
  ask(kind, message, transferred = []) {
    return new Promise((kept, failed) => {
      this.waiting[kind] = { kept, failed };
      this.worker.postMessage(message, transferred);
    });
  }

  receive(message) {
    if (message.kind === "failed") {
      for (const { failed } of Object.values(this.waiting))
        failed(new Error(message.message));
      this.waiting = {};
    } else if (message.kind === "audio") {
      if (message.run === this.run) this.on_audio(message);
    } else this.waiting[message.kind].kept(message);
  }

  /* Compute the frames of a recording. */
  record(samples) {
    return this.ask("recording", { kind: "record", samples });
  }

  /* Generate `settings.total` samples: returns them, and calls `on_slice` with each
     slice on the way. The settings are those of worker.js and voice.js. */
  generate(settings, on_slice = () => {}) {
    const samples = new Float32Array(settings.total);
    const run = ++this.run;
    const done = this.ask("done", { kind: "generate", run, ...settings });
    this.on_audio = (message) => {
      samples.set(message.samples, message.generated - message.samples.length);
      on_slice(message);
      if (message.generated === settings.total) this.waiting.done.kept(samples);
    };
    return done;
  }

  stop() {
    this.run++;
    this.worker.postMessage({ kind: "stop" });
  }
}
