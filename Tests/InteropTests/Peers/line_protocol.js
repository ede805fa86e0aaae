// What the Node peers share: commands as lines on standard input, events as lines on standard output.
// PeerProcess.swift describes both.
'use strict';

const readline = require('readline');

// A message whose characters are cut apart by the fragments of FRAGMENT bytes.
const PATTERN = 'я🍏z';
const FRAGMENT = 5;

// The `key=value` words of a command.
function options(words) {
  const found = Object.fromEntries(words.map((word) => word.split(/=(.*)/s).slice(0, 2)));
  found.deflate = found.deflate === 'on';
  found.limit = Number(found.limit);
  found.subprotocols = found.subprotocols.split(',').filter(Boolean);
  return found;
}

// The message of the command `fragments`, in pieces.
function fragmentsOf(count) {
  const text = Buffer.from(PATTERN.repeat(count));
  const pieces = [];
  for (let start = 0; start < text.length; start += FRAGMENT) pieces.push(text.subarray(start, start + FRAGMENT));
  return pieces;
}

// Says an event.
function report(...words) {
  process.stdout.write(words.join(' ') + '\n');
}

// Carries out the commands until standard input ends.
function obey(peer) {
  const input = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
  input.on('line', (line) => {
    const [command, ...words] = line.split(' ');
    switch (command) {
      case 'listen': return peer.listen(options(words));
      case 'stop': return peer.stop();
      case 'connect': return peer.connect(words[0], options(words.slice(1)));
      case 'fragments': return peer.fragments(fragmentsOf(Number(words[0])));
      case 'send': return peer.send(Number(words[0]));
      case 'ping': return peer.ping(words[0]);
      case 'close': return peer.close(Number(words[0]), words.slice(1).join(' '));
    }
  });
  input.on('close', () => process.exit(0));
  report('hello');
}

module.exports = { obey, report };
