/* The first layer, from samples to the residual stream, and linear prediction. */

#pragma once

#include "arithmetic.h"
#include "companding.h"
#include "network.h"
#include "rows.h"

/* The input of the first layer for a sample: its code or companded, or itself. */
static float as_input(const struct network *n, float sample) {
  if (n->input_mu > 0) return companded(sample, n->input_mu);
  if (n->edge_count == 0) return sample;
  int low = 0, left = n->edge_count; /* the code is the number of edges not above it */
  while (left > 0) {
    int half = (left + 1) / 2;
    if (n->edges[low + half - 1] <= sample) low += half;
    left -= half;
  }
  return n->levels[low];
}

/* Add the row of a tap for a code, or its kernel times a number. */
static void add_input(const struct network *n, int tap, float value) {
  int code = 0, width = n->residual_width;
  float factor = value;
  if (n->is_embedded) {
    if (value < 0) return; /* no sample */
    code = (int)value;
    factor = 1.0f;
  }
  const float *row = n->initial + (tap * n->input_levels + code) * width;
  add_multiple(factor, row, n->x, width);
}

/* Add the terms of all taps of one signal, and store its newest value. */
static void add_signal(struct network *n, int signal, float value) {
  int past = n->initial_taps - 1;
  float *inputs = n->inputs + signal * past, newest = as_input(n, value);
  for (int tap = 0; tap < past; tap++)
    add_input(n, signal * n->initial_taps + tap, inputs[tap]);
  add_input(n, signal * n->initial_taps + past, newest);
  for (int tap = 0; tap < past - 1; tap++) inputs[tap] = inputs[tap + 1];
  if (past) inputs[past - 1] = newest;
}

/* Predict the next sample; returns the residual of this one, divided by
   `max_residual` scales and clipped to [-1, 1]. */
static float predict(struct network *n, float sample, int t) {
  float *predicted = n->predicted, *window = n->window;
  float residual = (sample - predicted[0]) / (n->max_residual * predicted[1]);
  for (int k = n->order - 1; k > 0; k--) window[k] = window[k - 1];
  window[0] = sample;
  t = n->condition_count == 1 ? 0 : t;
  const float *row = n->predictors + n->held[t] * (n->order + 2);
  lanes total = repeated(0);
  for (int k = 0; k < n->order; k++)
    total = multiply_add(repeat(row + k), repeat(window + k), total);
  predicted[0] = first_of(total);
  predicted[1] = row[n->order];
  predicted[2] = row[n->order + 1];
  return residual < -1.0f ? -1.0f : residual > 1.0f ? 1.0f : residual;
}

/* Write the residual stream of one sample, and predict the next one. */
static void run_first_layer(struct network *n, float sample, int t) {
  int width = n->residual_width;
  copy(n->initial_bias, n->x, width);
  add_signal(n, 0, sample);
  if (n->order) {
    add_signal(n, 1, predict(n, sample, t));
    add_signal(n, 2, n->predicted[0]);
  }
  for (int i = 0; i < width && n->initial_activation; i++)
    n->x[i] = n->initial_activation == 1 ? tanh_one(n->x[i])
              : n->x[i] > 0.0f           ? n->x[i]
                                         : 0.0f;
}
