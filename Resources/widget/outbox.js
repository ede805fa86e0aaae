import { uuid } from './format.js';

/** Storage that keeps what it is given for as long as the page lives where the browser allows no more. */
export class Storage {
  #memory = new Map();
  #disk;

  constructor(open = () => localStorage) {
    try {
      this.#disk = open();
      this.#disk.setItem('chatai.probe', '1');
      this.#disk.removeItem('chatai.probe');
    } catch {
      this.#disk = null;
    }
  }

  get(key) {
    if (this.#memory.has(key)) return this.#memory.get(key);
    return this.#disk?.getItem(key) ?? null;
  }

  set(key, value) {
    try {
      if (!this.#disk) throw new Error('no storage');
      this.#disk.setItem(key, value);
      this.#memory.delete(key);
    } catch {
      // Blocked or full.
      this.#memory.set(key, value);
    }
  }
}

/**
 * The messages that the server has not acknowledged, on disk before they are sent: they outlive the page. Each has the
 * `client_id` that makes a repeat of it harmless.
 */
export class Outbox {
  static limit = 100;

  #storage;
  #key;
  items;

  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
    this.reload();
  }

  /** Reads what another tab may have changed. */
  reload() {
    try {
      const stored = JSON.parse(this.#storage.get(this.#key) ?? '[]');
      this.items = stored.filter((item) => typeof item?.id === 'string' && typeof item.text === 'string');
    } catch {
      this.items = [];
    }
  }

  get isFull() {
    return this.items.length >= Outbox.limit;
  }

  add(text, now = Date.now()) {
    const item = { id: uuid(), text, time: now };
    this.#change(() => this.items.push(item));
    return item;
  }

  /** The next one to send; those that the server refused wait for the visitor. */
  next() {
    return this.items.find((item) => !item.error);
  }

  find(id) {
    return this.items.find((item) => item.id === id);
  }

  fail(id, error) {
    this.#change(() => Object.assign(this.find(id) ?? {}, { error }));
  }

  retry(id) {
    this.#change(() => delete (this.find(id) ?? {}).error);
  }

  remove(id) {
    this.#change(() => (this.items = this.items.filter((item) => item.id !== id)));
  }

  /** Another tab of the same visitor has the same list: what it added meanwhile stays. */
  #change(edit) {
    this.reload();
    edit();
    this.#storage.set(this.#key, JSON.stringify(this.items));
  }
}
