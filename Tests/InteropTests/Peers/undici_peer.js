// Node's own WebSocket, which is undici's, as a client.
'use strict';

const { browserClient } = require('./browser_client.js');
const { obey, report } = require('./line_protocol.js');

obey(browserClient(report));
