/* The waveform and the gates, on one axis of time. */

"use strict";

const PALETTE = {
  light: { below: [196, 84, 18], above: [10, 92, 158] },
  dark: { below: [246, 152, 84], above: [124, 192, 245] },
};
const BLOCK_HEIGHT = 20; // pixels
const GAIN = 1.6; // of the gates, of which few are near -1 or 1

class Drawing {
  /* Two canvases; blocks of such dilations, of `width` gates each. */
  constructor(waveform, gates, dilations, width) {
    this.waveform = waveform;
    this.gates = gates;
    this.dilations = dilations;
    this.blocks = dilations.length;
    this.width = width;
    gates.style.height = `${BLOCK_HEIGHT * dilations.length}px`;
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.begin(1, 1);
  }

  /* A new sound of `total` samples, whose gates come in so many columns. */
  begin(total, columns) {
    this.total = total;
    this.samples = new Float32Array(total);
    this.generated = 0;
    this.columns = []; // the gates, kept to be drawn again in other colors
    this.image = document.createElement("canvas");
    this.image.width = columns;
    this.image.height = this.blocks * this.width;
    this.drawn = 0;
  }

  add(samples, gates) {
    this.samples.set(samples, this.generated);
    this.generated += samples.length;
    this.columns.push(gates);
  }

  /* Draw what was generated, and where the sound is: a number of samples. */
  draw(position) {
    const colors = PALETTE[this.scheme.matches ? "dark" : "light"];
    if (colors !== this.colors) this.drawn = 0;
    this.colors = colors;
    this.draw_waveform(position);
    this.draw_gates(position);
  }

  draw_waveform(position) {
    const { context, width, height } = cleared(this.waveform);
    const ink = getComputedStyle(this.waveform);
    context.fillStyle = ink.getPropertyValue("--line");
    context.fillRect(0, height / 2, width, 1);
    context.fillStyle = ink.getPropertyValue("--link");
    const per_pixel = this.total / width;
    const drawn = Math.floor(this.generated / per_pixel);
    for (let x = 0; x < drawn; x++) {
      const [least, most] = extremes(this.samples, x * per_pixel, (x + 1) * per_pixel);
      const top = ((1 - most) * height) / 2;
      context.fillRect(x, top, 1, Math.max(((most - least) * height) / 2, 1));
    }
    this.draw_position(context, position, width, height);
  }

  draw_gates(position) {
    const own = this.image.getContext("2d");
    if (this.drawn === 0) own.clearRect(0, 0, this.image.width, this.image.height);
    for (; this.drawn < this.columns.length; this.drawn++)
      own.putImageData(this.column(this.columns[this.drawn]), this.drawn, 0);
    const { context, width, height } = cleared(this.gates);
    context.drawImage(this.image, 0, 0, width, height);
    this.draw_blocks(context, width, height);
    this.draw_position(context, position, width, height);
  }

  /* Lines between the blocks, and the dilation of each. */
  draw_blocks(context, width, height) {
    const style = getComputedStyle(this.gates), scale = window.devicePixelRatio;
    const each = height / this.blocks;
    context.font = `${11 * scale}px ${style.fontFamily}`;
    context.textBaseline = "middle";
    const lengths = this.dilations.map((d) => context.measureText(d).width);
    const margin = Math.max(...lengths) + 8 * scale;
    this.dilations.forEach((dilation, block) => {
      context.fillStyle = style.getPropertyValue("--paper");
      context.fillRect(0, Math.round(block * each) - scale, width, 2 * scale);
      context.fillRect(0, block * each, margin, each);
      context.fillStyle = style.getPropertyValue("--faint");
      context.fillText(dilation, 4 * scale, (block + 0.5) * each);
    });
  }

  draw_position(context, position, width, height) {
    if (position < 0 || position >= this.total) return;
    const ink = getComputedStyle(this.waveform).getPropertyValue("--ink");
    context.fillStyle = ink;
    context.fillRect((position / this.total) * width, 0, 2, height);
  }

  /* One column of gates: a color by the sign, as opaque as the magnitude. */
  column(gates) {
    const pixels = new ImageData(1, gates.length);
    gates.forEach((gate, row) => {
      const color = gate < 0 ? this.colors.below : this.colors.above;
      const opaque = Math.min(Math.abs(gate) * GAIN, 1);
      pixels.data.set([...color, 255 * opaque], 4 * row);
    });
    return pixels;
  }
}

/* A canvas with as many pixels as it has on the screen, cleared. */
function cleared(canvas) {
  const scale = window.devicePixelRatio;
  const width = Math.round(canvas.clientWidth * scale);
  const height = Math.round(canvas.clientHeight * scale);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

function extremes(samples, start, stop) {
  let least = 0, most = 0;
  for (let t = Math.floor(start); t < stop; t++) {
    if (samples[t] < least) least = samples[t];
    if (samples[t] > most) most = samples[t];
  }
  return [least, most];
}
