/* Operations on rows of float32. */

#pragma once

#include "lanes.h"

static inline void copy(const float *from, float *to, int width) {
  for (int i = 0; i < width; i++) to[i] = from[i];
}

/* Add `factor` times a row to another. */
static inline void add_multiple(float factor, const float *from, float *to, int width) {
  int whole = width - width % LANES;
  lanes factors = repeated(factor);
  for (int i = 0; i < whole; i += LANES)
    store(to + i, multiply_add(factors, load(from + i), load(to + i)));
  for (int i = whole; i < width; i++)
    to[i] = multiply_add_one(factor, from[i], to[i]);
}

/* Replace a row by relu(row + bias). */
static inline void rectify(const float *bias, float *row, int width) {
  for (int i = 0; i < width; i++) {
    float sum = row[i] + bias[i];
    row[i] = sum > 0.0f ? sum : 0.0f;
  }
}
