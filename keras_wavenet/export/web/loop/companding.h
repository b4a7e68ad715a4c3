/* Mu-law companding without rounding, of one sample: the two functions that it needs
   are those of JavaScript's Math. */

#pragma once

#define OF_MATH(name) __attribute__((import_module("math"), import_name(name)))

OF_MATH("log1p") double math_log1p(double x);
OF_MATH("expm1") double math_expm1(double x);

static inline float companded(float x, double mu) {
  double y = math_log1p(mu * __builtin_fabs(x)) / math_log1p(mu);
  return (float)__builtin_copysign(y, x);
}

static inline float expanded(float y, double mu) {
  double x = math_expm1(__builtin_fabs(y) * math_log1p(mu)) / mu;
  return (float)__builtin_copysign(x > 1.0 ? 1.0 : x, y);
}
