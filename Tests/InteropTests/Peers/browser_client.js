// The WebSocket of the WHATWG's standard as a client: Chromium's in a page, and Node's own.
'use strict';

function browserClient(report) {
  let socket;
  return {
    connect(url, options) {
      socket = new WebSocket(url, options.subprotocols);
      socket.binaryType = 'arraybuffer';
      let isOpen = false;
      socket.onopen = () => {
        isOpen = true;
        report('open', socket.protocol || '-', socket.extensions.split(';')[0] || '-');
      };
      socket.onmessage = (event) => socket.send(event.data);
      // A script is not told why a WebSocket did not open. Not every undici lets a `close` follow this event.
      socket.onerror = () => isOpen || report('failed');
      socket.onclose = (event) => isOpen && report('closed', event.code, event.reason);
    },
    send: (size) => socket.send(new Uint8Array(size)),
    close: (code, reason) => socket.close(code, reason),
  };
}

if (typeof module !== 'undefined') module.exports = { browserClient };
