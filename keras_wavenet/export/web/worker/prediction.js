/* The linear predictor of each frame, as models/linear_prediction.py. */

"use strict";

/* Predictors of frames, float32 `(frames, order + 2)`: the coefficients, the scale of
   the residual and its logarithm. */
function predictors_of(model, frames) {
  const { order, local_channels: channels, prediction } = model.settings;
  const count = frames.length / channels;
  const predictors = new Float32Array(count * (order + 2));
  for (let f = 0; f < count; f++) {
    const lags = autocorrelation(model, frames, f * channels);
    const [coefficients, power] = levinson(lags);
    const residual = Math.max(power, 0) / prediction.window_energy;
    const scale = Math.fround(
      Math.max(prediction.laplacian * Math.sqrt(residual), prediction.least_scale));
    predictors.set([...coefficients, scale, Math.log(scale)], f * (order + 2));
  }
  return predictors;
}

/* The autocorrelation at lags 0 to order of the spectrum of a frame. */
function autocorrelation(model, frames, first) {
  const { order, prediction } = model.settings;
  const { prediction_slope: slopes, prediction_offset: offsets } = model.arrays;
  const { prediction_inverse: inverse, prediction_lags: table } = model.arrays;
  const bands = slopes.length, bins = inverse.length / bands;
  const spectrum = new Float64Array(bins);
  for (let band = 0; band < bands; band++) {
    const level = frames[first + prediction.mel_channels[0] + band];
    const magnitude = Math.exp(level * slopes[band] + offsets[band]);
    for (let bin = 0; bin < bins; bin++)
      spectrum[bin] += magnitude * inverse[band * bins + bin];
  }
  const lags = new Float64Array(order + 1);
  for (let bin = 0; bin < bins; bin++) {
    let power = Math.max(spectrum[bin], prediction.least_magnitude ** prediction.power);
    if (prediction.power === 1) power *= power;
    for (let lag = 0; lag <= order; lag++)
      lags[lag] += power * table[bin * (order + 1) + lag];
  }
  return lags;
}

/* The recursion of Levinson and Durbin: coefficients, that of the newest sample first,
   and the power of the residual. */
function levinson(lags) {
  let power = lags[0], predictor = [];
  for (let order = 1; order < lags.length; order++) {
    let rest = lags[order];
    predictor.forEach((coefficient, k) => {
      rest -= coefficient * lags[order - 1 - k];
    });
    const reflection = rest / Math.max(power, 1e-30);
    const reversed = [...predictor].reverse();
    predictor = predictor.map((c, k) => c - reflection * reversed[k]);
    predictor.push(reflection);
    power *= 1 - reflection * reflection;
  }
  return [predictor, power];
}
