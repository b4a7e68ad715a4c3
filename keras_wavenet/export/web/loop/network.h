/* A network, its memory and one stream of it: all members have four bytes, and
   worker/loop.js fills them by their place, in the order below.

   Axes: L blocks, R residual, D dilation, S skip, P post channels, K order of the linear
   prediction, W channels of a condition. */

#pragma once

struct network {
  /* Sizes. */
  int blocks, residual_width, dilation_width, skip_width, post_width, channels;
  int taps, initial_taps, signals, order, input_levels, edge_count, samples_count;
  int components, uniforms, condition_width, parts_width;
  /* Switches: `initial_activation` is 0, or 1 for tanh, 2 for ReLU. */
  int is_embedded, initial_activation, initial_skip, post_conditioning;
  /* Numbers. */
  float max_residual, residual_scale, min_log_scale, max_log_scale, max_mean;
  float input_mu, mu; /* of the companding of inputs and of what is drawn, or 0 */
  /* Weights; kernels of projections are packed. */
  const float *edges;            /* samples at which the next code of the input begins */
  const float *levels;           /* the input of the first layer for each code */
  const float *initial;          /* (signals * initial taps, input levels or 1, R) */
  const float *initial_bias;     /* (R,) */
  const float *filter_gate;      /* (L, strips of 2 D, taps * R, 8), oldest tap first */
  const float *filter_gate_bias; /* (L, 2 D) */
  const float *residual;         /* (L - 1, strips of R, D, 8) */
  const float *residual_bias;    /* (L - 1, R) */
  const float *skip, *skip_bias, *post, *post_bias, *output, *output_bias;
  const float *samples;          /* the sample of each code, or empty */
  const int *dilations;          /* (L,) */
  const int *starts;             /* the first row of each block in `rings`, (L + 1,) */
  /* Memory. */
  float *inputs;                 /* (signals * (initial taps - 1),), oldest first */
  float *rings;                  /* (rows, R), past inputs of the blocks */
  int *positions;                /* (L,), the oldest row of each ring */
  float *window;                 /* (K,), the last samples, newest first */
  float *predicted;              /* the next prediction, its scale and log scale */
  /* Results of one sample, as wide as their strips. */
  float *x, *past, *fused, *z, *change, *parts, *hidden, *late, *parameters, *sorted;
  /* Conditions of a chunk of samples, see conditions.h. */
  int condition_count;
  const float *rows;             /* (frames or samples, padded W) */
  const int *first;              /* (condition_count,), the first row of a sample */
  const float *near, *far;       /* likewise, the weights of this row and the next */
  const int *held;               /* likewise, the row of the predictor */
  const float *predictors;       /* (frames, K + 2): coefficients, scale, log scale */
  /* Sampling. */
  int is_greedy, top_k;
  float temperature;
  float sample;                  /* the newest one */
};
