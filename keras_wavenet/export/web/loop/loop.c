/* The loop of generation, compiled to WebAssembly: what worker/loop.js calls.

   `python3 tools/build_web_loop.py` builds loop.wasm from these files. */

#include "choice.h"
#include "noise.h"
#include "step.h"

#define EXPORT(name) __attribute__((export_name(name)))
#define PAGE 65536

extern unsigned char __heap_base;

/* A place for so many bytes, filled with zeros, or 0 if there is none. */
EXPORT("allocate") unsigned allocate(unsigned bytes) {
  static unsigned next = 0;
  if (next == 0) next = ((unsigned)&__heap_base + 15) & ~15u;
  unsigned place = next, end = place + ((bytes + 15) & ~15u);
  unsigned pages = (end + PAGE - 1) / PAGE, present = __builtin_wasm_memory_size(0);
  if (end < place) return 0;
  if (pages > present && !~__builtin_wasm_memory_grow(0, pages - present)) return 0;
  next = end;
  return place;
}

/* Write numbers of the noise of a seed, given in two halves. */
EXPORT("uniforms") void uniforms(unsigned low, unsigned high_half, int start, int count,
                                 float *noise) {
  uniform_noise((word)high_half << 32 | low, 0, start, count, noise);
}

EXPORT("project_rows") void rows(const float *x, int count, const float *kernel,
                                 int inputs, int width, float *outputs) {
  project_rows(x, count, kernel, inputs, width, outputs);
}

/* Fill the memory with that after silence: each ring has equal rows. */
EXPORT("fill_with_steady_state") void fill_with_steady_state(struct network *n) {
  int width = n->residual_width;
  for (int i = 0; i < n->signals * (n->initial_taps - 1); i++)
    n->inputs[i] = as_input(n, 0.0f);
  run_first_layer(n, 0.0f, 0);
  for (int block = 0; block < n->blocks; block++) {
    for (int row = n->starts[block]; row < n->starts[block + 1]; row++)
      copy(n->x, n->rings + row * width, width);
    read_taps(n, block);
    gate(n, block, 0);
    if (block < n->blocks - 1) add_residual(n, block);
  }
}

/* Run over silence, for the memory after it; of the first layer alone, or of all. */
EXPORT("prefill") void prefill(struct network *n, int count, int with_blocks) {
  for (int t = 0; t < count; t++) {
    run_first_layer(n, 0.0f, t);
    if (!with_blocks) continue;
    run_blocks(n, t);
    advance(n);
  }
}

/* Generate the samples `start` to `start + count - 1` of a chunk.

   `noise` is `(samples of the chunk, uniforms)`, `audio` `(samples of the chunk,)`. */
EXPORT("generate") void generate(struct network *n, int start, int count,
                                 const float *noise, float *audio) {
  for (int t = start; t < start + count; t++) {
    step(n, t);
    n->sample = choose(n, noise + t * n->uniforms);
    audio[t] = n->sample;
    advance(n);
  }
}
