/* The compiled loop in the memory of WebAssembly: its network, and calls of it. */

"use strict";

// The members of `struct network`, loop/network.h, in their order.
const FIELDS = `
  blocks residual_width dilation_width skip_width post_width channels
  taps initial_taps signals order input_levels edge_count samples_count
  components uniforms condition_width parts_width
  is_embedded initial_activation initial_skip post_conditioning
  max_residual residual_scale min_log_scale max_log_scale max_mean
  input_mu mu
  edges levels initial initial_bias filter_gate filter_gate_bias residual residual_bias
  skip skip_bias post post_bias output output_bias samples dilations starts
  inputs rings positions window predicted
  x past fused z change parts hidden late parameters sorted
  condition_count rows first near far held predictors
  is_greedy top_k temperature sample
`.trim().split(/\s+/);
const FLOATS = new Set([
  "max_residual", "residual_scale", "min_log_scale", "max_log_scale", "max_mean",
  "input_mu", "mu", "temperature", "sample",
]);
const STRIP = 8; // columns of a packed kernel, as in loop/projections.h

function padded(width) {
  return Math.ceil(width / STRIP) * STRIP;
}

class Loop {
  /* `model` has `settings`, the JSON of model_data.py, and `arrays` by name. */
  constructor(instance, model) {
    this.wasm = instance.exports;
    this.model = model;
    this.places = {};
    this.scratch = {};
    this.network = this.allocate(4 * FIELDS.length);
    const s = model.settings;
    for (const name of FIELDS) if (name in s) this.set(name, Number(s[name]));
    for (const [name, array] of Object.entries(model.arrays)) {
      if (!FIELDS.includes(name) && !s.kernels.includes(name)) continue;
      this.places[name] = this.copied(array);
      if (FIELDS.includes(name)) this.set(name, this.places[name]);
    }
    const widths = {
      inputs: s.signals * (s.initial_taps - 1), rings: s.ring_rows * s.residual_width,
      positions: s.blocks, window: s.order, predicted: 3, x: s.residual_width,
      past: s.taps * s.residual_width, fused: 2 * s.dilation_width,
      z: s.dilation_width, change: s.residual_width, parts: s.parts_width,
      hidden: s.skip_width, late: s.post_width, parameters: s.channels,
      sorted: s.channels,
    };
    this.memory_of = widths;
    for (const [name, width] of Object.entries(widths)) {
      this.places[name] = this.allocate(4 * padded(width));
      this.set(name, this.places[name]);
    }
  }

  allocate(bytes) {
    const place = this.wasm.allocate(bytes);
    if (!place) throw new Error(`There is no memory for ${bytes} more bytes.`);
    return place;
  }

  copied(array) {
    const place = this.allocate(Math.max(array.byteLength, 4));
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    new Uint8Array(this.wasm.memory.buffer).set(bytes, place);
    return place;
  }

  /* A place of at least so many floats, used again at each call with the same name. */
  reserved(name, count) {
    const held = this.scratch[name];
    if (held && held.count >= count) return held.place;
    this.scratch[name] = { count, place: this.allocate(4 * count) };
    return this.scratch[name].place;
  }

  /* Views end when the memory grows: they are made for each use. */
  floats(place, count) {
    return new Float32Array(this.wasm.memory.buffer, place, count);
  }

  integers(place, count) {
    return new Int32Array(this.wasm.memory.buffer, place, count);
  }

  set(name, value) {
    const at = this.network + 4 * FIELDS.indexOf(name);
    (FLOATS.has(name) ? this.floats(at, 1) : this.integers(at, 1))[0] = value;
  }

  /* Put an array where the network reads it: the place of a member. */
  write(name, array) {
    const place = this.reserved(name, array.length);
    const view = array instanceof Int32Array ? this.integers : this.floats;
    view.call(this, place, array.length).set(array);
    this.set(name, place);
  }

  /* An empty memory, without past samples. */
  clear() {
    const { settings } = this.model;
    for (const name of ["inputs", "rings", "positions", "window"])
      this.floats(this.places[name], this.memory_of[name]).fill(0);
    if (settings.is_embedded)
      this.floats(this.places.inputs, this.memory_of.inputs).fill(-1);
    this.floats(this.places.predicted, 3).set([0, 1, 0]);
    this.set("sample", 0);
  }

  /* Rows `(count, inputs)` times a kernel: float32 `(count, padded width)`. */
  project(rows, count, kernel, inputs, width) {
    const together = Math.ceil(count / 4) * 4; // rows that the loop computes at once
    const from = this.reserved("projected", together * inputs);
    const to = this.reserved("projections", together * padded(width));
    this.floats(from, together * inputs).fill(0);
    this.floats(from, count * inputs).set(rows.subarray(0, count * inputs));
    this.wasm.project_rows(from, together, this.places[kernel], inputs, width, to);
    return this.floats(to, count * padded(width)).slice();
  }

  /* The gates of all blocks for the newest sample, `(blocks * dilation width,)`. */
  gates() {
    const s = this.model.settings;
    const count = s.blocks * s.dilation_width;
    const before = s.initial_skip ? s.residual_width : 0;
    return this.floats(this.places.parts + 4 * before, count).slice();
  }
}
