/* The inverse of a waveform filter: `x[t] = y[t] / gain - sum a_k x[t - k]`. */

"use strict";

class InverseFilter {
  constructor({ coefficients, gain }) {
    this.coefficients = coefficients;
    this.gain = gain;
    this.past = coefficients.map(() => 0); // newest first
  }

  /* Filtered samples to audio, clipped to [-1, 1]; the state is not clipped. */
  apply(filtered) {
    return filtered.map((y) => {
      let x = y / this.gain;
      this.coefficients.forEach((coefficient, k) => {
        x -= coefficient * this.past[k];
      });
      this.past.pop();
      this.past.unshift(x);
      return Math.min(Math.max(x, -1), 1);
    });
  }
}
