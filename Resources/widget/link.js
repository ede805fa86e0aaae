/**
 * The life of the socket as a state machine: events in, actions out; it owns no timer, no clock and no socket.
 *
 * Events: `start`, `opened`, `frame`, `closed` (code, reason), `alarm`, `online`, `stop`.
 * Actions: `connect`, `disconnect`, `catchUp`, `alarm` (at; null for none), `status` (status, code).
 * The status is `connecting`, `live`, `reconnecting`, `polling` (as reconnecting, with `catchUp` every 3 s) or `stopped`.
 */
export class Link {
  // Milliseconds.
  static base = 1000;
  static cap = 30_000;
  static poll = 3000;
  /** A refusal may follow the handshake: only a socket that lived this long, or carried a frame, is a good one. */
  static settle = 5000;
  /** The server pings every 25 s. */
  static silence = 65_000;
  static attempts = 5;

  #phase = 'idle';
  #status = null;
  #attempt = 0;
  #isGood = false;
  #isPolling = false;
  #random;
  /** What is to happen at which time. */
  #due = { retry: null, poll: null, settled: null, silent: null };

  constructor(random = Math.random) {
    this.#random = random;
  }

  handle(event, now) {
    const actions = [];
    this[`_${event.type}`](event, now, actions);
    const times = Object.values(this.#due).filter((time) => time !== null);
    actions.push({ type: 'alarm', at: times.length ? Math.min(...times) : null });
    return actions;
  }

  _start(event, now, actions) {
    if (this.#phase !== 'idle' && this.#phase !== 'stopped') return;
    this.#attempt = 0;
    this.#say('connecting', actions);
    this.#connect(actions);
  }

  _opened(event, now, actions) {
    if (this.#phase !== 'connecting') return;
    this.#phase = 'open';
    this.#due.settled = now + Link.settle;
    this.#due.silent = now + Link.silence;
    actions.push({ type: 'catchUp' });
  }

  _frame(event, now, actions) {
    if (this.#phase !== 'open') return;
    this.#due.silent = now + Link.silence;
    this.#becomeGood(actions);
  }

  _closed({ code, reason }, now, actions) {
    if (this.#phase !== 'connecting' && this.#phase !== 'open') return;
    const wasGood = this.#isGood;
    this.#isGood = false;
    this.#due.settled = this.#due.silent = null;
    if ([1000, 1002, 4001, 4002, 4003, 4004].includes(code)) {
      // 4001 asks for a new token, and a visitor has none to renew.
      this.#halt('stopped', actions, code);
      return;
    }
    if (wasGood) this.#attempt = 0;
    let delay;
    if (code === 4008 || code === 1013) {
      const seconds = Number(/retry after (\d+)/.exec(reason ?? '')?.[1] ?? 0);
      delay = Math.max(seconds * 1000, Link.cap) + this.#random() * Link.cap;
    } else if (code === 4009 && wasGood) {
      delay = 0;
    } else {
      delay = this.#random() * Math.min(Link.cap, Link.base * 2 ** Math.min(this.#attempt, 10));
    }
    this.#attempt += 1;
    this.#phase = 'waiting';
    this.#due.retry = now + delay;
    if (this.#attempt >= Link.attempts || delay > Link.cap) this.#startPolling(now, actions);
    this.#say(this.#isPolling ? 'polling' : 'reconnecting', actions);
  }

  _alarm(event, now, actions) {
    const isDue = (name) => this.#due[name] !== null && this.#due[name] <= now;
    if (isDue('silent')) {
      actions.push({ type: 'disconnect' });
      this._closed({ code: 1006 }, now, actions);
    }
    if (isDue('settled')) {
      this.#due.settled = null;
      this.#becomeGood(actions);
    }
    if (isDue('retry')) this.#connect(actions);
    if (isDue('poll')) {
      this.#due.poll = now + Link.poll;
      actions.push({ type: 'catchUp' });
    }
  }

  /** The network is back, or the page is looked at again: no reason to wait any longer. */
  _online(event, now, actions) {
    if (this.#phase === 'waiting') this.#connect(actions);
  }

  _stop(event, now, actions) {
    if (this.#phase === 'connecting' || this.#phase === 'open') actions.push({ type: 'disconnect' });
    this.#halt('idle', actions);
  }

  #connect(actions) {
    this.#due.retry = null;
    this.#phase = 'connecting';
    actions.push({ type: 'connect' });
  }

  #becomeGood(actions) {
    this.#isGood = true;
    this.#attempt = 0;
    this.#isPolling = false;
    this.#due.poll = this.#due.settled = null;
    this.#say('live', actions);
  }

  #startPolling(now, actions) {
    if (this.#isPolling) return;
    this.#isPolling = true;
    this.#due.poll = now + Link.poll;
    actions.push({ type: 'catchUp' });
  }

  #halt(phase, actions, code) {
    this.#phase = phase;
    this.#isGood = this.#isPolling = false;
    this.#due = { retry: null, poll: null, settled: null, silent: null };
    if (phase === 'stopped') this.#say('stopped', actions, code);
  }

  #say(status, actions, code) {
    if (status === this.#status && status !== 'stopped') return;
    this.#status = status;
    actions.push({ type: 'status', status, code });
  }
}
