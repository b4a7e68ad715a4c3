/* The conditions of consecutive samples, projected for all blocks at once: see
   loop/conditions.h. Samples before the first one have negative numbers. */

"use strict";

class Conditions {
  /* `given` has `speaker` (a number), `tags` and `global` (arrays of numbers), `frames`
     and, with linear prediction, `predictors`, where the model takes them. */
  constructor(loop, given) {
    this.loop = loop;
    this.settings = loop.model.settings;
    this.frames = given.frames;
    this.predictors = given.predictors;
    this.vector = this.vector_of(given);
    const is_encoded = Boolean(this.settings.encoder);
    this.own = null; // the projection of the vector, if it is one of the conditions
    if (this.vector && !is_encoded) {
      const width = this.settings.condition_width, inputs = this.vector.length;
      this.own = loop.project(this.vector, 1, "condition_global", inputs, width);
    }
  }

  vector_of(given) {
    const { speaker_width, speakers, tags, global_channels } = this.settings;
    const parts = [];
    if (speakers) {
      const table = this.loop.model.arrays.speakers;
      const first = given.speaker * speaker_width;
      parts.push(...table.subarray(first, first + speaker_width));
    }
    if (tags) parts.push(...given.tags);
    if (global_channels) parts.push(...given.global);
    return parts.length ? Float32Array.from(parts) : null;
  }

  /* Write the condition of one sample, which holds for all; there are no frames. */
  fill_constant() {
    this.loop.set("condition_count", 1);
    this.loop.write("first", new Int32Array(1));
    this.loop.write("near", Float32Array.of(1));
    this.loop.write("far", new Float32Array(1));
    this.loop.write("held", new Int32Array(1));
    this.loop.write("rows", this.own || new Float32Array(STRIP));
  }

  /* Write those of `count` samples from `start` on. The weights of frames are rounded
     by their distance from frame `base`, as in the package. */
  fill(start, count, base) {
    if (!this.frames) return this.fill_constant();
    const { hop, upsampling } = this.settings;
    const begin = Math.floor(start / hop); // the first frame
    const frames = Math.ceil((start - begin * hop + count) / hop);
    this.loop.set("condition_count", count);
    if (upsampling.kind === "linear") this.fill_frames(start, count, base, begin);
    else this.fill_samples(start, count, begin, frames);
    if (this.predictors) this.fill_predictors(start, count, begin, frames);
    return undefined;
  }

  fill_frames(start, count, base, begin) {
    const { hop } = this.settings;
    const first = new Int32Array(count);
    const near = new Float32Array(count), far = new Float32Array(count);
    for (let t = 0; t < count; t++) {
      const sample = start + t - base * hop - Math.floor(hop / 2);
      const middle = Math.fround(1 + Math.fround(sample / hop)); // frame base - 1 is 0
      const row = Math.floor(middle);
      first[t] = row + base - begin;
      near[t] = 1 - Math.fround(middle - row);
      far[t] = Math.max(1 - Math.fround(row + 1 - middle), 0);
    }
    const rows = first[count - 1] + 2;
    const encoded = this.encoded(begin - 1, rows);
    this.loop.write("rows", this.projected(encoded, rows));
    this.loop.write("first", first);
    this.loop.write("near", near);
    this.loop.write("far", far);
  }

  fill_samples(start, count, begin, frames) {
    const { hop, upsampling, condition_inputs: channels } = this.settings;
    const rows = frames + 2 * upsampling.margin;
    const encoded = this.encoded(begin - upsampling.margin, rows);
    const samples = upsample(this.loop, encoded, rows, channels);
    const from = (start - begin * hop) * channels;
    const own = samples.subarray(from, from + count * channels);
    this.loop.write("rows", this.projected(own, count));
    this.loop.write("first", Int32Array.from({ length: count }, (_, t) => t));
    this.loop.write("near", new Float32Array(count).fill(1));
    this.loop.write("far", new Float32Array(count));
  }

  fill_predictors(start, count, begin, frames) {
    const { hop, order } = this.settings;
    const rows = frames_between(this.predictors, order + 2, begin, frames);
    const held = new Int32Array(count);
    for (let t = 0; t < count; t++) held[t] = Math.floor((start + t) / hop) - begin;
    this.loop.write("predictors", rows);
    this.loop.write("held", held);
  }

  /* Frames `first` to `first + count - 1` after the encoder, if there is one. */
  encoded(first, count) {
    const { encoder, local_channels: channels } = this.settings;
    const margin = encoder ? encoder.margin : 0;
    const needed = count + 2 * margin;
    const frames = frames_between(this.frames, channels, first - margin, needed);
    if (!encoder) return frames;
    return encode(this.loop.model, frames, needed, channels, this.vector);
  }

  projected(rows, count) {
    const { condition_inputs: inputs, condition_width: width } = this.settings;
    const total = this.loop.project(rows, count, "condition_local", inputs, width);
    if (this.own)
      for (let i = 0; i < total.length; i++) total[i] += this.own[i % this.own.length];
    return total;
  }
}
