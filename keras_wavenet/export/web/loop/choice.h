/* The choice of a sample from its distribution, by noise drawn before, as
   generation/engines/cpu/choice.py. */

#pragma once

#include "arithmetic.h"
#include "companding.h"
#include "network.h"

/* Replace logits by weights: the largest is 1, those that `exp` clips are 0. */
static void exponentiate(float *logits, int count, float temperature) {
  float largest = logits[0];
  for (int i = 1; i < count; i++) largest = logits[i] > largest ? logits[i] : largest;
  for (int i = 0; i < count; i++) {
    float power = (logits[i] - largest) / temperature;
    logits[i] = power < -MAX_EXPONENT ? 0.0f : exp_one(power);
  }
}

/* Keep the `top_k` largest weights, and those equal to the last of them. */
static void cut(struct network *n, float *weights, int count) {
  int kept = 0;
  float *falling = n->sorted; /* the largest so far, in falling order */
  for (int i = 0; i < count; i++) {
    if (kept == n->top_k && weights[i] <= falling[kept - 1]) continue;
    int place = kept < n->top_k ? kept++ : kept - 1;
    for (; place > 0 && falling[place - 1] < weights[i]; place--)
      falling[place] = falling[place - 1];
    falling[place] = weights[i];
  }
  for (int i = 0; i < count; i++)
    if (weights[i] < falling[kept - 1]) weights[i] = 0.0f;
}

/* Draw an outcome. */
static int draw(const float *weights, int count, float uniform) {
  float total = 0.0f, reached = weights[0];
  for (int i = 0; i < count; i++) total += weights[i];
  float sought = uniform * total;
  int number = 0;
  while (reached <= sought && number < count - 1) reached += weights[++number];
  return number;
}

static inline float within(float value, float least, float most) {
  return value < least ? least : value > most ? most : value;
}

/* A sample of a mixture; the last number of `noise` is a quantile of a component with
   mean 0 and scale 1. Greedy choice is that of a single component. */
static float draw_from_mixture(struct network *n, const float *noise) {
  int count = n->components, chosen = 0;
  float *means = n->parameters + n->channels - 2 * count;
  float *log_scales = n->parameters + n->channels - count;
  if (count > 1) {
    exponentiate(n->parameters, count, n->temperature);
    chosen = draw(n->parameters, count, noise[0]);
  }
  float sample = within(means[chosen], -n->max_mean, n->max_mean);
  if (!n->is_greedy) {
    float log_scale = within(log_scales[chosen], n->min_log_scale, n->max_log_scale);
    float spread = exp_one(log_scale) * n->temperature;
    sample = multiply_add_one(spread, noise[n->uniforms - 1], sample);
  }
  sample = within(sample, -1.0f, 1.0f);
  return n->mu > 0 ? expanded(sample, n->mu) : sample;
}

static float most_probable(struct network *n) {
  int best = 0;
  for (int i = 1; i < n->channels; i++)
    if (n->parameters[i] > n->parameters[best]) best = i;
  return n->samples[best];
}

/* The next sample; the parameters are overwritten. */
static float choose(struct network *n, const float *noise) {
  if (n->components) return draw_from_mixture(n, noise);
  if (n->is_greedy) return most_probable(n);
  exponentiate(n->parameters, n->channels, n->temperature);
  if (n->top_k < n->channels) cut(n, n->parameters, n->channels);
  return n->samples[draw(n->parameters, n->channels, noise[0])];
}
