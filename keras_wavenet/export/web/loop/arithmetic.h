/* The exponential function, the activations and the gate: the approximations of the
   compiled CPU engine, generation/engines/cpu/arithmetic.py, in the same order. */

#pragma once

#include "lanes.h"

#define PER_LN_2 1.44269504088896340736f
/* ln 2 in two parts: multiples of the first are exact. */
#define LN_2_HIGH 0.693359375f
#define LN_2_LOW -2.12194440e-4f
#define MAX_EXPONENT 87.0f
#define SATURATED 9.5f /* tanh is 1 in float32 from here on */

/* e**x, to two units in the last place; x is clipped to +-87. */
static inline lanes exp_lanes(lanes x) {
  x = clip(x, MAX_EXPONENT);
  lanes power = wasm_f32x4_floor(multiply_add(repeated(PER_LN_2), x, repeated(0.5f)));
  lanes r = multiply_add(repeated(-LN_2_HIGH), power, x);
  r = multiply_add(repeated(-LN_2_LOW), power, r); /* |r| <= ln(2) / 2 */
  lanes series = repeated((float)(1.0 / 5040));
  series = multiply_add(series, r, repeated((float)(1.0 / 720)));
  series = multiply_add(series, r, repeated((float)(1.0 / 120)));
  series = multiply_add(series, r, repeated((float)(1.0 / 24)));
  series = multiply_add(series, r, repeated((float)(1.0 / 6)));
  series = multiply_add(series, r, repeated(0.5f));
  series = multiply_add(series, r, repeated(1.0f));
  series = multiply_add(series, r, repeated(1.0f));
  lanes bits = wasm_i32x4_trunc_sat_f32x4(power);
  bits = wasm_i32x4_shl(wasm_i32x4_add(bits, wasm_i32x4_splat(127)), 23);
  return wasm_f32x4_mul(series, bits);
}

static inline float exp_one(float x) { return first_of(exp_lanes(repeated(x))); }

/* 1 / (1 + e**-x) */
static inline lanes sigmoid_lanes(lanes x) {
  lanes one = repeated(1.0f);
  return wasm_f32x4_div(one, wasm_f32x4_add(one, exp_lanes(wasm_f32x4_neg(x))));
}

static inline lanes tanh_lanes(lanes x) {
  lanes two = repeated(2.0f), half = sigmoid_lanes(wasm_f32x4_mul(two, x));
  return multiply_add(two, half, repeated(-1.0f));
}

static inline float sigmoid_one(float x) {
  return first_of(sigmoid_lanes(repeated(x)));
}

static inline float tanh_one(float x) { return first_of(tanh_lanes(repeated(x))); }

/* tanh(filtered) * sigmoid(gate): with e**(-2 filtered) = f and e**(-gate) = g it is
   (1 - f) / ((1 + f) (1 + g)). */
static inline lanes gated(lanes filtered, lanes gate) {
  lanes one = repeated(1.0f);
  lanes f = exp_lanes(wasm_f32x4_mul(repeated(-2.0f), clip(filtered, SATURATED)));
  lanes g = exp_lanes(wasm_f32x4_neg(gate));
  lanes below = wasm_f32x4_mul(wasm_f32x4_add(one, f), wasm_f32x4_add(one, g));
  return wasm_f32x4_div(wasm_f32x4_sub(one, f), below);
}
