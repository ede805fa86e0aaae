import { CallError, backOff } from './server.js';

/** Sends what waits in the outbox, one after the other, so that it arrives in the order it was written in. */
export class Sender {
  #server;
  #outbox;
  #handlers;
  #isFlushing = false;
  #failures = 0;
  #timer;

  /**
   * @param handlers `dialog()` resolves to the dialog's id, `changed()`, `sent(message)`, `gone()` returns whether
   *   there may be another dialog, `blocked(error)`; and `refusal`, the reason where the server gives none
   */
  constructor(server, outbox, handlers) {
    this.#server = server;
    this.#outbox = outbox;
    this.#handlers = handlers;
  }

  async flush() {
    if (this.#isFlushing || !this.#outbox.next()) return;
    this.#isFlushing = true;
    clearTimeout(this.#timer);
    try {
      for (let item; (item = this.#outbox.next()); ) {
        await this.#deliver(await this.#handlers.dialog(), item);
        this.#failures = 0;
      }
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (!error.isTransient) return this.#handlers.blocked(error);
      this.#timer = setTimeout(() => this.flush(), Math.max(error.retryAfter, backOff(this.#failures)));
      this.#failures += 1;
    } finally {
      this.#isFlushing = false;
      this.#handlers.changed();
    }
  }

  async #deliver(dialog, item) {
    try {
      const answer = await this.#server.post(dialog, item);
      this.#outbox.remove(item.id);
      this.#handlers.changed();
      this.#handlers.sent(answer.user_message);
    } catch (error) {
      if (!(error instanceof CallError) || error.isTransient) throw error;
      if (error.status === 404 && this.#handlers.gone()) return;
      this.#outbox.fail(item.id, error.detail || this.#handlers.refusal);
      this.#handlers.changed();
    }
  }
}
