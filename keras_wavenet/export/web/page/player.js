/* Audio out while it is being generated: chunks are scheduled one after the other. */

"use strict";

const LEAD = 0.25; // s of audio that wait before the first is heard
const DELAY = 0.05; // s from scheduling to sound

class Player {
  constructor(sample_rate) {
    this.sample_rate = sample_rate;
    this.sources = [];
  }

  /* Begin a sound of `total` samples. Called by a click, which browsers want before
     there may be sound. */
  begin(total) {
    this.stop();
    this.context ??= new AudioContext({ sampleRate: this.sample_rate });
    this.context.resume();
    this.total = total;
    this.waiting = [];
    this.added = 0;
    this.start = null; // the time at which the first sample is heard
  }

  /* Add the next samples, generated so many a second. */
  add(samples, per_second) {
    this.added += samples.length;
    this.waiting.push(samples);
    if (this.start === null && !this.can_start(per_second)) return;
    const now = this.context.currentTime + DELAY;
    this.start ??= now;
    for (const chunk of this.waiting) this.schedule(chunk, now);
    this.waiting = [];
  }

  /* Whether what is there lasts until the rest is generated. */
  can_start(per_second) {
    const left = this.total - this.added;
    const ready = this.added / this.sample_rate;
    const lack = left / per_second - left / this.sample_rate;
    return left === 0 || ready >= Math.max(LEAD, lack);
  }

  schedule(samples, now) {
    const buffer = this.context.createBuffer(1, samples.length, this.sample_rate);
    buffer.copyToChannel(samples, 0);
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.context.destination);
    this.scheduled ??= this.start;
    if (this.scheduled < now) {
      // Generation was late: the rest is heard later.
      this.start += now - this.scheduled;
      this.scheduled = now;
    }
    source.start(this.scheduled);
    this.scheduled += samples.length / this.sample_rate;
    this.sources.push(source);
  }

  stop() {
    for (const source of this.sources) source.stop();
    this.sources = [];
    this.scheduled = undefined;
    this.start = null;
  }

  get is_playing() {
    return this.start !== null && this.position() < this.total;
  }

  /* Samples that were heard; negative before the first. */
  position() {
    if (!this.context || this.start === null) return -1;
    return (this.context.currentTime - this.start) * this.sample_rate;
  }
}
