/* Vectors of four float32, the registers of WebAssembly.

   With relaxed SIMD a product is added without being rounded first, as the compiled CPU
   engine does; without it, the product is rounded. */

#pragma once

#include <wasm_simd128.h>

#define LANES 4

typedef v128_t lanes;

static inline lanes load(const float *from) { return wasm_v128_load(from); }
static inline lanes repeat(const float *from) { return wasm_v128_load32_splat(from); }
static inline lanes repeated(float number) { return wasm_f32x4_splat(number); }
static inline void store(float *to, lanes values) { wasm_v128_store(to, values); }
static inline float first_of(lanes values) {
  return wasm_f32x4_extract_lane(values, 0);
}

/* a * b + c */
static inline lanes multiply_add(lanes a, lanes b, lanes c) {
#ifdef __wasm_relaxed_simd__
  return wasm_f32x4_relaxed_madd(a, b, c);
#else
  return wasm_f32x4_add(wasm_f32x4_mul(a, b), c);
#endif
}

static inline float multiply_add_one(float a, float b, float c) {
  return first_of(multiply_add(repeated(a), repeated(b), repeated(c)));
}

/* The values clipped to plus and minus a limit. */
static inline lanes clip(lanes values, float limit) {
  lanes least = repeated(-limit), most = repeated(limit);
  return wasm_f32x4_pmin(most, wasm_f32x4_pmax(least, values));
}
