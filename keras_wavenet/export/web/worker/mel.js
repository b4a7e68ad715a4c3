/* The log-mel frames of a recording, as features/log_mel.py, normalized. */

"use strict";

/* Frames of a waveform, float32 `(ceil(samples / hop), bands)`. */
function log_mel_frames(model, waveform) {
  const mel = model.settings.mel;
  const count = Math.ceil(waveform.length / mel.hop);
  const frames = new Float32Array(count * mel.n_mels);
  const fourier = new Fourier(mel.n_fft);
  const hann = Float64Array.from({ length: mel.window }, (_, i) =>
    0.5 - 0.5 * Math.cos((2 * Math.PI * i) / mel.window));
  for (let f = 0; f < count; f++) {
    const windowed = new Float64Array(mel.n_fft);
    for (let i = 0; i < mel.window; i++) {
      const t = f * mel.hop + mel.window_start + i;
      const emphasized = sample_at(waveform, t)
        - mel.pre_emphasis * sample_at(waveform, t - 1);
      windowed[i] = emphasized * hann[i];
    }
    const bands = bands_of(model, fourier.magnitudes(windowed));
    frames.set(bands, f * mel.n_mels);
  }
  return frames;
}

/* A sample, or 0 beyond the recording. */
function sample_at(waveform, t) {
  return t >= 0 && t < waveform.length ? waveform[t] : 0;
}

function bands_of(model, magnitudes) {
  const mel = model.settings.mel;
  const { mel_bins, mel_weights, mel_starts, mel_mean, mel_std } = model.arrays;
  const bands = new Float32Array(mel.n_mels);
  for (let band = 0; band < mel.n_mels; band++) {
    const stop = band + 1 < mel.n_mels ? mel_starts[band + 1] : mel_bins.length;
    let sum = 0;
    for (let i = mel_starts[band]; i < stop; i++)
      sum += magnitudes[mel_bins[i]] ** mel.power * mel_weights[i];
    const level = Math.fround(compress(mel, Math.max(sum, mel.floor)));
    bands[band] = mel_mean
      ? Math.fround(level - mel_mean[band]) / mel_std[band] : level;
  }
  return bands;
}

function compress(mel, band) {
  if (mel.log === "ln") return Math.log(band);
  if (mel.log === "log10") return Math.log10(band);
  const decibels = (20 / mel.power) * Math.log10(band) - mel.ref_level;
  if (mel.min_level === null) return decibels;
  return Math.min(Math.max(1 - decibels / mel.min_level, 0), 1);
}
