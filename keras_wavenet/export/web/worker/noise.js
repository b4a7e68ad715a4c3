/* The noise of a seed, and the quantile functions of logistics and Gaussians. */

"use strict";

/* The numbers of `count` samples from `start` on, `(count, uniforms)`; those of a
   mixture end with a quantile in the place of the last uniform number. */
function noise_of(loop, seed, start, count) {
  const { uniforms, components, distribution } = loop.model.settings;
  const place = loop.reserved("noise", count * uniforms);
  const low = Number(seed & 0xffffffffn), high = Number(seed >> 32n);
  loop.wasm.uniforms(low, high, start * uniforms, count * uniforms, place);
  const noise = loop.floats(place, count * uniforms);
  const quantile = distribution === "gaussian" ? normal_quantile : logistic_quantile;
  if (components)
    for (let i = uniforms - 1; i < noise.length; i += uniforms)
      noise[i] = quantile(noise[i]);
  return place;
}

/* Quantiles are float64, and rounded where they are stored. */
function logistic_quantile(uniform) {
  return Math.log(uniform) - Math.log1p(-uniform);
}

/* Wichura, Algorithm AS 241: the percentage points of the normal distribution (1988),
   to 16 digits. The constants are those of its routine PPND16. */
const CENTRAL = [
  [3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427,
   13731.693765509461125, 45921.953931549871457, 67265.770927008700853,
   33430.575583588128105, 2509.0809287301226727],
  [1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
   21213.794301586595867, 39307.895800092710610, 28729.085735721942674,
   5226.4952788528545610],
];
const TAIL = [
  [1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
   3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770,
   0.0227238449892691845833, 7.74545014278341407640e-4],
  [1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
   0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4,
   1.05075007164441684324e-9],
];

function ratio([above, below], x) {
  const polynomial = (terms) => terms.reduceRight((sum, term) => sum * x + term, 0);
  return polynomial(above) / polynomial(below);
}

function normal_quantile(uniform) {
  const beyond = 1 - 2 ** -23; // as distributions/normal.py
  const centered = Math.min(Math.max(2 * uniform - 1, -beyond), beyond) / 2;
  if (Math.abs(centered) <= 0.425)
    return centered * ratio(CENTRAL, 0.180625 - centered * centered);
  const root = Math.sqrt(-Math.log(0.5 - Math.abs(centered)));
  return Math.sign(centered) * ratio(TAIL, root - 1.6); // the root is below 5
}
