import { Link } from './link.js';

/** A dialog's socket, kept open as `Link` decides. */
export class Connection {
  #link = new Link();
  #open;
  #handlers;
  #socket = null;
  #alarm;

  /**
   * @param open makes a socket
   * @param handlers `connecting()`, `catchUp()`, `status(status, code)`, `event(frame)`,
   *   `message(message)`
   */
  constructor(open, handlers) {
    this.#open = open;
    this.#handlers = handlers;
  }

  /** The socket that is open; null if none is. */
  get socket() {
    return this.#socket?.readyState === WebSocket.OPEN ? this.#socket : null;
  }

  start() {
    this.#drive({ type: 'start' });
  }

  stop() {
    this.#drive({ type: 'stop' });
  }

  /** There may be a network again. */
  hurry() {
    this.#drive({ type: 'online' });
  }

  send(frame) {
    this.socket?.send(JSON.stringify(frame));
  }

  #drive(event) {
    for (const action of this.#link.handle(event, performance.now())) {
      if (action.type === 'connect') this.#connect();
      else if (action.type === 'disconnect') this.#disconnect();
      else if (action.type === 'catchUp') this.#handlers.catchUp();
      else if (action.type === 'status') this.#handlers.status(action.status, action.code);
      else this.#setAlarm(action.at);
    }
  }

  #setAlarm(time) {
    clearTimeout(this.#alarm);
    if (time === null) return;
    this.#alarm = setTimeout(() => this.#drive({ type: 'alarm' }), Math.max(0, time - performance.now()));
  }

  #connect() {
    this.#handlers.connecting();
    const socket = (this.#socket = this.#open());
    socket.onopen = () => this.#drive({ type: 'opened' });
    socket.onmessage = ({ data }) => {
      this.#drive({ type: 'frame' });
      if (data === '__ping__') socket.send('__pong__');
      else this.#receive(data);
    };
    socket.onclose = ({ code, reason }) => {
      this.#socket = null;
      this.#drive({ type: 'closed', code, reason });
    };
  }

  /** A text frame, told apart in the order of part 1. */
  #receive(text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof frame?.type === 'string') this.#handlers.event(frame);
    else if (typeof frame?.message === 'object' && frame.message) this.#handlers.message(frame.message);
    else if (Number.isInteger(frame?.id)) this.#handlers.message(frame);
  }

  #disconnect() {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
