/** The sound of an answer. Browsers allow none before the visitor has done something in the frame. */
export class Chime {
  #context;
  #storage;

  constructor(storage) {
    this.#storage = storage;
    const unlock = () => {
      try {
        this.#context ??= new AudioContext();
        this.#context.resume();
      } catch {
        // No sound on this machine.
      }
    };
    for (const event of ['pointerdown', 'keydown']) addEventListener(event, unlock, { once: true });
  }

  get isMuted() {
    return this.#storage.get('chatai.muted') === '1';
  }

  set isMuted(isMuted) {
    this.#storage.set('chatai.muted', isMuted ? '1' : '');
  }

  /** Two short soft notes. */
  play() {
    const context = this.#context;
    if (context?.state !== 'running' || this.isMuted) return;
    for (const [index, frequency] of [660, 880].entries()) {
      const start = context.currentTime + index * 0.09;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.12, start + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.22);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.25);
    }
  }
}
