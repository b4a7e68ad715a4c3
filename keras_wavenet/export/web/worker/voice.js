/* A running generation: noise in, audio out, as generation/stream.py. */

"use strict";

class Voice {
  /* `given` has the conditions, see conditions.js, and `seed` (a BigInt), `temperature`
     and `top_k`. */
  constructor(loop, given) {
    this.loop = loop;
    this.seed = given.seed;
    this.settings = loop.model.settings;
    this.conditions = new Conditions(loop, given);
    this.generated = 0;
    this.set_sampling(given);
    loop.clear();
    const { start, filter } = this.settings;
    if (given.frames) this.prefill();
    else {
      this.conditions.fill_constant();
      if (start !== "zeros") loop.wasm.fill_with_steady_state(loop.network);
    }
    this.inverse = filter ? new InverseFilter(filter) : null;
  }

  set_sampling({ temperature, top_k }) {
    const { channels } = this.settings;
    this.loop.set("is_greedy", Number(temperature < 1e-6));
    this.loop.set("temperature", temperature);
    this.loop.set("top_k", Math.min(top_k || channels, channels));
  }

  /* Run over the silence before the first sample, with the conditions there. */
  prefill() {
    const { loop, settings, conditions } = this;
    const { chunk, hop, history, early_positions: early, order, start } = settings;
    const known = start === "zeros" ? 0 : history;
    if (order) {
      const frame = Math.floor((-known - 1) / hop);
      const row = frames_between(conditions.predictors, order + 2, frame, 1);
      loop.floats(loop.places.predicted, 3).set([0, row[order], row[order + 1]]);
    }
    if (known > early) {
      conditions.fill(-known, known - early, Math.floor(-known / hop));
      loop.wasm.prefill(loop.network, known - early, 0);
    }
    const first = Math.min(known, early);
    for (let begin = -first; begin < 0; begin += chunk) {
      const count = Math.min(chunk, -begin);
      conditions.fill(begin, count, Math.floor(-first / hop));
      loop.wasm.prefill(loop.network, count, 1);
    }
  }

  /* The next samples, `count` or fewer: those up to the end of a chunk. */
  next(count) {
    const { loop } = this, { chunk, hop } = this.settings;
    const place = this.generated % chunk;
    const begin = this.generated - place;
    if (place === 0) {
      this.noise = noise_of(loop, this.seed, begin, chunk);
      this.conditions.fill(begin, chunk, hop ? Math.floor(begin / hop) : 0);
    }
    count = Math.min(count, chunk - place);
    const audio = loop.reserved("audio", chunk);
    loop.wasm.generate(loop.network, place, count, this.noise, audio);
    this.generated += count;
    const samples = loop.floats(audio + 4 * place, count).slice();
    return this.inverse ? this.inverse.apply(samples) : samples;
  }
}
