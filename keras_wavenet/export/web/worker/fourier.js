/* The magnitudes of a Fourier transform of real samples. */

"use strict";

class Fourier {
  constructor(size) {
    this.size = size;
    this.cosines = Float64Array.from({ length: size }, (_, i) =>
      Math.cos((2 * Math.PI * i) / size));
    this.sines = Float64Array.from({ length: size }, (_, i) =>
      Math.sin((2 * Math.PI * i) / size));
    this.is_power_of_two = (size & (size - 1)) === 0;
  }

  /* Of `size` samples: `size / 2 + 1` magnitudes, rounded down. */
  magnitudes(samples) {
    const [real, imaginary] = this.is_power_of_two
      ? this.fast(samples) : this.direct(samples);
    return Float64Array.from({ length: Math.floor(this.size / 2) + 1 }, (_, k) =>
      Math.hypot(real[k], imaginary[k]));
  }

  /* Cooley and Tukey's algorithm, from pairs of samples on. */
  fast(samples) {
    const { size, cosines, sines } = this;
    const bits = Math.log2(size);
    const real = new Float64Array(size), imaginary = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      let reversed = 0;
      for (let bit = 0; bit < bits; bit++) reversed = reversed * 2 + ((i >> bit) & 1);
      real[reversed] = samples[i];
    }
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let i = 0; i < size; i++) {
        if (i & half) continue;
        const turn = (i % half) * stride, j = i + half;
        const re = real[j] * cosines[turn] + imaginary[j] * sines[turn];
        const im = imaginary[j] * cosines[turn] - real[j] * sines[turn];
        real[j] = real[i] - re;
        imaginary[j] = imaginary[i] - im;
        real[i] += re;
        imaginary[i] += im;
      }
    }
    return [real, imaginary];
  }

  /* The sums of its definition, for other sizes. */
  direct(samples) {
    const { size, cosines, sines } = this;
    const bins = Math.floor(size / 2) + 1;
    const real = new Float64Array(bins), imaginary = new Float64Array(bins);
    for (let k = 0; k < bins; k++)
      for (let t = 0; t < size; t++) {
        const turn = (k * t) % size;
        real[k] += samples[t] * cosines[turn];
        imaginary[k] -= samples[t] * sines[turn];
      }
    return [real, imaginary];
  }
}
