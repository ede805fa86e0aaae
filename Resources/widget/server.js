/** Why a call to the server failed. */
export class CallError extends Error {
  /** @param status the HTTP status; 0 if there was no answer */
  constructor(status, detail, retryAfter) {
    super(detail || `HTTP ${status}`);
    this.status = status;
    this.detail = detail;
    /** Milliseconds that the server asks to wait; 0 if it does not say. */
    this.retryAfter = retryAfter;
  }

  /** Whether the same call may succeed later. */
  get isTransient() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** Exponential back-off with full jitter, in milliseconds. */
export const backOff = (attempt) => Math.random() * Math.min(30_000, 1000 * 2 ** Math.min(attempt, 10));

/** Calls until it succeeds or is refused for good; `waits` is told each time that it has to be called again. */
export async function persistently(call, waits) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof CallError) || !error.isTransient) throw error;
      waits();
      const delay = Math.max(error.retryAfter, backOff(attempt));
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

/** The visitor's calls (part 1, Visitors), for one guest of an assistant or of a site. */
export class Server {
  #query;
  #kind;

  /** @param identity `{assistant_id, guest_id}` or `{site_token, guest_id}` */
  constructor(identity) {
    this.#kind = identity.assistant_id ? 'widget' : 'site';
    this.#query = new URLSearchParams(identity).toString();
  }

  dialogs() {
    return this.#call('GET', 'dialogs');
  }

  openDialog(name) {
    return this.#call('POST', 'dialogs', '', name ? { name } : {});
  }

  messages(dialog, range) {
    return this.#call('GET', `dialogs/${dialog}/messages`, `&${new URLSearchParams(range)}`);
  }

  /** Answers as soon as the message is stored; what is said to it comes by the socket. */
  post(dialog, item) {
    const body = { sender: 'user', text: item.text, client_id: item.id };
    return this.#call('POST', `dialogs/${dialog}/messages`, '&wait=0', body);
  }

  socket(dialog) {
    const url = new URL(`../ws/${this.#kind}/dialogs/${dialog}?${this.#query}`, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    return new WebSocket(url);
  }

  async #call(method, path, more = '', body = undefined) {
    const url = new URL(`../api/${this.#kind}/${path}?${this.#query}${more}`, location.href);
    let response;
    let answer;
    try {
      response = await fetch(url, {
        method,
        cache: 'no-store',
        credentials: 'omit',
        headers: body ? { 'Content-Type': 'application/json' } : {},
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(20_000),
      });
      answer = await response.json();
    } catch {
      // No answer, a broken one, or one from something else than the server.
      throw new CallError(response?.ok === false ? response.status : 0, '', 0);
    }
    if (response.ok) return answer;
    const seconds = Number(response.headers.get('Retry-After')) || 0;
    throw new CallError(response.status, detailOf(answer), seconds * 1000);
  }
}

/** The sentence in an error's body, in each of the shapes that it comes in. */
function detailOf({ detail, error } = {}) {
  const first = Array.isArray(detail) ? detail[0]?.msg : (detail?.message ?? detail);
  const text = first ?? error;
  return typeof text === 'string' ? text.slice(0, 300) : '';
}
