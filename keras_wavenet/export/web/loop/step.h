/* One sample through the network, as generation/engines/cpu/step.py. */

#pragma once

#include "conditions.h"
#include "first_layer.h"

/* Lanes of the compiled CPU engine: it computes the rest of a row number by number. */
#define ENGINE_LANES 16

/* Read the inputs of the taps of a block; the newest replaces the oldest. */
static void read_taps(struct network *n, int block) {
  int width = n->residual_width, start = n->starts[block], stop = n->starts[block + 1];
  int row = start + n->positions[block];
  float *oldest = n->rings + row * width, *past = n->past;
  for (int tap = 0; tap < n->taps - 1; tap++, past += width) {
    copy(n->rings + row * width, past, width);
    row += n->dilations[block];
    if (row >= stop) row -= stop - start;
  }
  copy(n->x, past, width);
  if (stop > start) copy(n->x, oldest, width);
}

/* z = tanh(filter) * sigmoid(gate) (paper, eq. 2 and 3). */
static void gate(struct network *n, int block, int t) {
  int depth = n->dilation_width, inputs = n->taps * n->residual_width;
  int strips = padded(2 * depth), whole = depth - depth % ENGINE_LANES;
  project(n->past, n->filter_gate + block * inputs * strips, inputs, 2 * depth,
          n->fused);
  add_multiple(1.0f, n->filter_gate_bias + 2 * depth * block, n->fused, 2 * depth);
  if (n->condition_width) add_condition(n, t, 2 * depth * block, n->fused, 2 * depth);
  for (int i = 0; i < whole; i += LANES)
    store(n->z + i, gated(load(n->fused + i), load(n->fused + depth + i)));
  for (int i = whole; i < depth; i++)
    n->z[i] = tanh_one(n->fused[i]) * sigmoid_one(n->fused[depth + i]);
}

/* Add the residual projection of a block to the residual stream. */
static void add_residual(struct network *n, int block) {
  int width = n->residual_width, inputs = n->dilation_width;
  const float *kernel = n->residual + block * inputs * padded(width);
  project(n->z, kernel, inputs, width, n->change);
  add_multiple(1.0f, n->residual_bias + block * width, n->change, width);
  for (int i = 0; i < width; i++)
    n->x[i] = (n->change[i] + n->x[i]) * n->residual_scale;
}

/* Run all blocks, and keep the z of each for the skip projection. */
static void run_blocks(struct network *n, int t) {
  float *part = n->parts;
  if (n->initial_skip) {
    copy(n->x, part, n->residual_width);
    part += n->residual_width;
  }
  for (int block = 0; block < n->blocks; block++) {
    read_taps(n, block);
    gate(n, block, t);
    copy(n->z, part, n->dilation_width);
    part += n->dilation_width;
    if (block < n->blocks - 1) add_residual(n, block);
  }
}

/* Move each ring to its next row, the oldest after one sample was written. */
static void advance(struct network *n) {
  for (int block = 0; block < n->blocks; block++) {
    int rows = n->starts[block + 1] - n->starts[block];
    if (++n->positions[block] >= rows) n->positions[block] = 0;
  }
}

/* Convert the parameters of a residual to those of its sample. */
static void relocate(struct network *n) {
  int count = n->components, last = n->channels;
  for (int i = last - 2 * count; i < last - count; i++)
    n->parameters[i] =
        multiply_add_one(n->predicted[1], n->parameters[i], n->predicted[0]);
  for (int i = last - count; i < last; i++) n->parameters[i] += n->predicted[2];
}

/* Write the parameters of the next sample. */
static void step(struct network *n, int t) {
  run_first_layer(n, n->sample, t);
  run_blocks(n, t);
  project(n->parts, n->skip, n->parts_width, n->skip_width, n->hidden);
  rectify(n->skip_bias, n->hidden, n->skip_width);
  project(n->hidden, n->post, n->skip_width, n->post_width, n->late);
  if (n->post_conditioning)
    add_condition(n, t, 2 * n->dilation_width * n->blocks, n->late, n->post_width);
  rectify(n->post_bias, n->late, n->post_width);
  project(n->late, n->output, n->post_width, n->channels, n->parameters);
  for (int i = 0; i < n->channels; i++) n->parameters[i] += n->output_bias[i];
  if (n->order) relocate(n);
}
