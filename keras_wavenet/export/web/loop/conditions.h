/* Conditions: rows of projections, of which two neighbors are mixed for each sample. */

#pragma once

#include "network.h"
#include "projections.h"
#include "rows.h"

/* Add `width` channels of a sample's condition, from channel `at` on. */
static inline void add_condition(const struct network *n, int t, int at, float *outputs,
                                 int width) {
  t = n->condition_count == 1 ? 0 : t;
  int stride = padded(n->condition_width);
  const float *row = n->rows + n->first[t] * stride + at;
  add_multiple(n->near[t], row, outputs, width);
  if (n->far[t] != 0.0f) add_multiple(n->far[t], row + stride, outputs, width);
}
