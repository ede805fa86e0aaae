// Node's `ws` at either end.
'use strict';

const fs = require('fs');
const http = require('http');
const https = require('https');
const WebSocket = require('ws');
const { obey, report } = require('./line_protocol.js');

let socket;
let server;

// Small messages too are compressed, or a test with deflate would compress nothing.
const deflate = (options) => (options.deflate ? { threshold: 0 } : false);

function converse(opened) {
  socket = opened;
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('ping', (payload) => report('ping', payload));
  socket.on('pong', (payload) => report('pong', payload));
  socket.on('close', (code, reason) => report('closed', code, reason));
  socket.on('error', () => {}); // 'close' follows
}

function greet() {
  report('open', socket.protocol || '-', socket.extensions.split(';')[0] || '-');
}

obey({
  connect(url, options) {
    const client = new WebSocket(url, options.subprotocols, {
      ca: options.ca && fs.readFileSync(options.ca),
      maxPayload: options.limit,
      perMessageDeflate: deflate(options),
    });
    client.on('open', () => {
      converse(client);
      greet();
    });
    client.on('unexpected-response', (request, response) => {
      let body = '';
      response.on('data', (data) => (body += data));
      response.on('end', () => report('refused', response.statusCode, response.headers['x-reason'] || '-', body.trim()));
    });
    client.on('error', (error) => {
      if (socket !== client) report('failed', error.message);
    });
  },

  listen(options) {
    server = options.certificate
      ? https.createServer({ cert: fs.readFileSync(options.certificate), key: fs.readFileSync(options.key) })
      : http.createServer();
    const sockets = new WebSocket.Server({
      server,
      maxPayload: options.limit,
      perMessageDeflate: deflate(options),
      handleProtocols: (offered) => options.subprotocols.find((name) => offered.has(name)) || false,
      verifyClient: (info, decide) =>
        options.refuse ? decide(false, Number(options.refuse), 'not you\n', { 'X-Reason': 'expired' }) : decide(true),
    });
    sockets.on('connection', (accepted) => {
      converse(accepted);
      greet();
    });
    server.listen(0, '127.0.0.1', () => report('ready', server.address().port));
  },

  stop() {
    server.close(() => report('stopped'));
  },

  fragments(pieces) {
    pieces.forEach((piece, index) => socket.send(piece, { binary: false, fin: index === pieces.length - 1 }));
  },

  send: (size) => socket.send(Buffer.alloc(size)),
  ping: (payload) => socket.ping(payload),
  close: (code, reason) => socket.close(code, reason),
});
