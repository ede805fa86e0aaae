/** Tells that the visitor types: once in a while is enough to be seen, and a pause is a stop. */
export class TypingNotice {
  // Milliseconds.
  static repeat = 3000;
  static pause = 4000;

  #tell;
  #since = null;
  #end;

  /** @param tell called with true at a start, with false at a stop */
  constructor(tell) {
    this.#tell = tell;
  }

  changed(text) {
    clearTimeout(this.#end);
    if (!text.trim()) {
      this.#stop();
      return;
    }
    const now = performance.now();
    if (this.#since === null || now - this.#since > TypingNotice.repeat) {
      this.#since = now;
      this.#tell(true);
    }
    this.#end = setTimeout(() => this.#stop(), TypingNotice.pause);
  }

  #stop() {
    if (this.#since === null) return;
    this.#since = null;
    this.#tell(false);
  }
}
