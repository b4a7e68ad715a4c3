/* Recordings of a microphone, and sound files, as samples at the rate of the model. */

"use strict";

class Recorder {
  constructor(sample_rate) {
    this.sample_rate = sample_rate;
    this.recorder = null;
  }

  get is_recording() {
    return this.recorder !== null;
  }

  async begin() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const plain = "audio/webm;codecs=pcm"; // where the browser has it
    const options = MediaRecorder.isTypeSupported(plain) ? { mimeType: plain } : {};
    this.recorder = new MediaRecorder(stream, options);
    this.parts = [];
    this.recorder.ondataavailable = ({ data }) => this.parts.push(data);
    this.recorder.start();
  }

  /* End the recording; returns its samples. */
  async end() {
    const recorder = this.recorder;
    this.recorder = null;
    const stopped = new Promise((kept) => { recorder.onstop = kept; });
    recorder.stop();
    await stopped;
    for (const track of recorder.stream.getTracks()) track.stop();
    return this.decode(await new Blob(this.parts).arrayBuffer());
  }

  /* The samples of a sound file: resampled by the browser, its channels averaged. */
  async decode(bytes) {
    const context = new OfflineAudioContext(1, 1, this.sample_rate);
    const sound = await context.decodeAudioData(bytes);
    const samples = new Float32Array(sound.length);
    for (let channel = 0; channel < sound.numberOfChannels; channel++)
      sound.getChannelData(channel).forEach((sample, t) => {
        samples[t] += sample / sound.numberOfChannels;
      });
    return samples.map((sample) => Math.min(Math.max(sample, -1), 1));
  }
}
