/* The knobs of the page: what is shown for this model, and what they are set to. */

"use strict";

function element(id) {
  return document.getElementById(id);
}

class Knobs {
  constructor(settings) {
    this.settings = settings;
    this.is_vocoder = settings.local_channels > 0;
    show("speaker", names_of(settings.speakers).length > 1);
    show("tags", names_of(settings.tags).length > 0);
    show("global", settings.global_channels > 0);
    show("top_k", settings.components === 0);
    show("seconds", !this.is_vocoder);
    show("source", this.is_vocoder);
    fill("speaker", names_of(settings.speakers));
    fill("tags", names_of(settings.tags));
    fill("source", settings.examples.map(({ text }) => text));
    element("temperature").min = settings.components > 1 ? 0.05 : 0;
    element("top_k").max = settings.channels;
    element("seed").value = Math.floor(Math.random() * 2 ** 32);
    element("temperature").oninput = () => this.show_temperature();
    element("source").onchange = () => this.take_speaker();
    this.show_temperature();
    this.take_speaker();
  }

  show_temperature() {
    const temperature = Number(element("temperature").value);
    element("temperature_value").textContent = temperature.toFixed(2);
  }

  /* Choose the speaker of the example. */
  take_speaker() {
    const example = this.settings.examples[Number(element("source").value)];
    if (example && this.settings.speakers) element("speaker").value = example.speaker;
  }

  /* Offer the recording, of so many frames, as a source, and choose it. */
  offer_recording(frames) {
    this.recorded = frames;
    const list = element("source");
    if (!list.querySelector("[value=recording]"))
      list.append(new Option("Your recording", "recording"));
    list.value = "recording";
  }

  /* The settings of a run, as worker.js takes them. */
  values() {
    const { settings } = this;
    const source = element("source").value;
    return {
      source,
      total: this.total(source),
      seed: seed_of(element("seed").value),
      temperature: Number(element("temperature").value),
      top_k: Number(element("top_k").value) || settings.channels,
      speaker: Number(element("speaker").value),
      tags: Array.from(element("tags").options, (tag) => Number(tag.selected)),
      global: numbers(element("global").value, settings.global_channels),
    };
  }

  total(source) {
    const { sample_rate, hop } = this.settings;
    if (!this.is_vocoder) {
      const seconds = Number(element("seconds").value);
      return Math.round(Math.min(Math.max(seconds, 0.1), 60) * sample_rate);
    }
    const { frames } = source === "recording"
      ? { frames: this.recorded } : this.settings.examples[Number(source)];
    return frames * hop;
  }
}

/* Names, or as many numbers. */
function names_of(given) {
  if (Array.isArray(given)) return given;
  return Array.from({ length: given }, (_, number) => String(number));
}

/* A seed of 64 bits; an empty text is 0. */
function seed_of(text) {
  if (!/^[0-9]*$/.test(text)) throw new Error(`the seed ${text} is no whole number`);
  return BigInt.asUintN(64, BigInt(text));
}

function show(id, is_shown) {
  element(id).closest("label").hidden = !is_shown;
}

function fill(id, names) {
  element(id).replaceChildren(...names.map((name, i) => new Option(name, i)));
}

/* So many numbers of a text, with zeros for those that it lacks. */
function numbers(text, count) {
  const found = text.split(/[\s,;]+/).filter(Boolean).map(Number);
  return Array.from({ length: count }, (_, i) => found[i] || 0);
}
