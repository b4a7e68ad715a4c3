/* Projections of a vector, which take most of the time of a sample.

   A kernel is packed in strips of eight columns, the last padded with zeros:
   `(strips, inputs, 8)`; see packing.py. */

#pragma once

#include "lanes.h"

#define STRIP 8

static inline int padded(int width) { return (width + STRIP - 1) / STRIP * STRIP; }

/* Write x @ kernel to outputs, `(padded width,)`: four rows at a time, in separate
   sums, as the compiled CPU engine adds them. */
__attribute__((noinline)) static void project(const float *x, const float *kernel, int inputs, int width,
                    float *outputs) {
  int fours = inputs - inputs % 4;
  for (int column = 0; column < width; column += STRIP) {
    lanes a = repeated(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    for (int i = 0; i < fours; i += 4) {
      lanes first = repeat(x + i), second = repeat(x + i + 1);
      lanes third = repeat(x + i + 2), fourth = repeat(x + i + 3);
      a = multiply_add(first, load(kernel), a);
      b = multiply_add(first, load(kernel + 4), b);
      c = multiply_add(second, load(kernel + 8), c);
      d = multiply_add(second, load(kernel + 12), d);
      e = multiply_add(third, load(kernel + 16), e);
      f = multiply_add(third, load(kernel + 20), f);
      g = multiply_add(fourth, load(kernel + 24), g);
      h = multiply_add(fourth, load(kernel + 28), h);
      kernel += 4 * STRIP;
    }
    for (int i = fours; i < inputs; i++) {
      a = multiply_add(repeat(x + i), load(kernel), a);
      b = multiply_add(repeat(x + i), load(kernel + 4), b);
      kernel += STRIP;
    }
    store(outputs + column,
          wasm_f32x4_add(wasm_f32x4_add(a, c), wasm_f32x4_add(e, g)));
    store(outputs + column + 4,
          wasm_f32x4_add(wasm_f32x4_add(b, d), wasm_f32x4_add(f, h)));
  }
}

/* Project rows `(count, inputs)`, a multiple of four, to `(count, padded width)`: each
   sum in one order, that of the inputs. */
static void project_rows(const float *x, int count, const float *kernel, int inputs,
                         int width, float *outputs) {
  int stride = padded(width);
  for (int column = 0; column < width; column += STRIP, kernel += inputs * STRIP)
    for (int row = 0; row < count; row += 4) {
      const float *own = x + row * inputs;
      lanes a = repeated(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
      for (int i = 0; i < inputs; i++) {
        lanes near = load(kernel + i * STRIP), far = load(kernel + i * STRIP + 4);
        lanes first = repeat(own + i), second = repeat(own + inputs + i);
        lanes third = repeat(own + 2 * inputs + i);
        lanes fourth = repeat(own + 3 * inputs + i);
        a = multiply_add(first, near, a);
        b = multiply_add(first, far, b);
        c = multiply_add(second, near, c);
        d = multiply_add(second, far, d);
        e = multiply_add(third, near, e);
        f = multiply_add(third, far, f);
        g = multiply_add(fourth, near, g);
        h = multiply_add(fourth, far, h);
      }
      float *to = outputs + row * stride + column;
      store(to, a);
      store(to + 4, b);
      store(to + stride, c);
      store(to + stride + 4, d);
      store(to + 2 * stride, e);
      store(to + 2 * stride + 4, f);
      store(to + 3 * stride, g);
      store(to + 3 * stride + 4, h);
    }
}
