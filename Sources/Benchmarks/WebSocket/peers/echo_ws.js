// echo_ws.js PORT: an echo server on Node's ws, with permessage-deflate at the library's own values.
'use strict';

const { WebSocketServer } = require('ws');

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.argv[2]),
  backlog: 1024,
  clientTracking: false,
  maxPayload: 64 << 20,
  perMessageDeflate: true,
});

server.on('connection', (socket) => {
  socket.on('error', () => socket.terminate());
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
