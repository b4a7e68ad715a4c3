/* Uniform noise of the counter generator Philox 4x64 with ten rounds, as
   `generation.sampling.uniform_noise` of one stream.

   Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011). */

#pragma once

typedef unsigned long long word;

#define FACTOR_0 0xD2E7470EE14C6C93ull
#define FACTOR_2 0xCA5A826395121157ull
#define WEYL_0 0x9E3779B97F4A7C15ull
#define WEYL_1 0xBB67AE8584CAA73Bull
#define ROUNDS 10

/* The upper 64 bits of a product. */
static word high(word a, word b) {
  word a_low = a & 0xFFFFFFFF, a_high = a >> 32;
  word b_low = b & 0xFFFFFFFF, b_high = b >> 32;
  word middle = a_high * b_low + (a_low * b_low >> 32);
  word other = a_low * b_high + (middle & 0xFFFFFFFF);
  return a_high * b_high + (middle >> 32) + (other >> 32);
}

/* Four words of a counter. */
static void philox(word counter, word key_0, word key_1, word words[4]) {
  word a = counter, b = 0, c = 0, d = 0;
  for (int round = 0; round < ROUNDS; round++) {
    word first = high(FACTOR_2, c) ^ b ^ key_0, third = high(FACTOR_0, a) ^ d ^ key_1;
    d = FACTOR_0 * a;
    b = FACTOR_2 * c;
    a = first;
    c = third;
    key_0 += WEYL_0;
    key_1 += WEYL_1;
  }
  words[0] = a, words[1] = b, words[2] = c, words[3] = d;
}

/* Write the numbers `start` to `start + count - 1` of a stream, above 0 and below 1. */
static void uniform_noise(word seed, word stream, int start, int count, float *noise) {
  word words[4];
  int held = -1; /* the block of the words */
  for (int i = 0; i < count; i++) {
    int block = (start + i) / 4;
    if (block != held) philox((word)block + 1, seed, stream, words); /* as NumPy counts */
    held = block;
    noise[i] = ((float)(words[(start + i) % 4] >> 41) + 0.5f) * 0x1p-23f;
  }
}
