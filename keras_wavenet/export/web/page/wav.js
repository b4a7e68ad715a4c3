/* A wav file of 16-bit samples with the mark of the package, as utils/pcm.py. */

"use strict";

const SOFTWARE = "keras_wavenet\0";

function encode_wav(samples, sample_rate) {
  const note = 12 + SOFTWARE.length; // bytes of the chunk LIST, which names the software
  const data = 2 * samples.length;
  const bytes = new DataView(new ArrayBuffer(36 + 8 + note + 8 + data));
  let at = 0;
  const text = (letters) => {
    for (const letter of letters) bytes.setUint8(at++, letter.charCodeAt(0));
  };
  const number = (value, size) => {
    if (size === 2) bytes.setUint16(at, value, true);
    else bytes.setUint32(at, value, true);
    at += size;
  };
  text("RIFF");
  number(bytes.byteLength - 8, 4);
  text("WAVEfmt ");
  number(16, 4);
  number(1, 2); // integers
  number(1, 2); // channels
  number(sample_rate, 4);
  number(2 * sample_rate, 4);
  number(2, 2);
  number(16, 2);
  text("LIST");
  number(note, 4);
  text("INFOISFT");
  number(SOFTWARE.length, 4);
  text(SOFTWARE);
  text("data");
  number(data, 4);
  for (const sample of samples) {
    const step = rounded(sample * 32768);
    bytes.setInt16(at, Math.min(Math.max(step, -32768), 32767), true);
    at += 2;
  }
  return bytes.buffer;
}

/* The nearest whole number, of two the even one. */
function rounded(number) {
  const nearest = Math.round(number);
  return nearest - number === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}
