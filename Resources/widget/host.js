/** The page around the frame, and its loader: told what it shows outside of the frame, heard when it opens and closes. */
export class Host {
  #origin;

  /** @param origin that of the page, as its loader says; a frame whose page is another one tells and hears nothing */
  constructor(origin, { opened, closed }) {
    this.#origin = origin;
    addEventListener('message', (event) => {
      if (this.isAbsent || event.source !== parent || event.origin !== origin || event.data?.chatai !== 1) return;
      if (event.data.type === 'open') opened();
      else if (event.data.type === 'close') closed();
    });
  }

  /** The chat is a page of its own. */
  get isAbsent() {
    return parent === window;
  }

  tell(message) {
    if (this.isAbsent) return;
    // A page without an origin (a file) cannot be named; what is told is no secret.
    const target = this.#origin && this.#origin !== 'null' ? this.#origin : '*';
    parent.postMessage({ chatai: 1, ...message }, target);
  }
}
