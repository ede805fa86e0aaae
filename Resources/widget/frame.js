import { Calendar, cleanName, parseTime, uuid } from './format.js';
import { Link } from './link.js';
import { Outbox, Storage } from './outbox.js';
import { CallError, Server } from './server.js';
import { Chime } from './sound.js';
import { textsFor } from './texts.js';
import { View } from './view.js';

// MARK: Who we are

const parameters = new URLSearchParams(location.search);
const language = parameters.get('lang') ?? navigator.language.slice(0, 2);
const texts = { ...textsFor(language) };
texts.title = cleanName(parameters.get('title')) ?? texts.title;
document.documentElement.lang = language === 'ru' ? 'ru' : 'en';
const theme = parameters.get('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
// The visitor's own habits (a 12-hour clock, say) if they are of this language.
const locale = navigator.languages.find((name) => name.startsWith(document.documentElement.lang)) ?? language;

const storage = new Storage();
const assistantID = parameters.get('assistant_id');
const siteToken = parameters.get('site_token');
let guestID = parameters.get('guest_id') || storage.get('chatai.guest');
if (!guestID) {
  guestID = uuid();
  storage.set('chatai.guest', guestID);
}
const entrance = siteToken ? { site_token: siteToken } : { assistant_id: assistantID };
const server = new Server({ ...entrance, guest_id: guestID });
// One browser may know several assistants, and a page may name several guests.
const scope = `chatai.${siteToken ?? assistantID}.${guestID}`;
const keys = { outbox: `${scope}.outbox`, draft: `${scope}.draft`, read: `${scope}.read`, muted: 'chatai.muted' };

const longestMessage = 10_000;

// MARK: State

const outbox = new Outbox(storage, keys.outbox);
const chime = new Chime();
const link = new Link();
let dialogID = null;
let isOpen = parent === window;
let isBlocked = false;
let isActivated = false;
let isLive = false;
let isMuted = storage.get(keys.muted) === '1';
/** The hand-off: null until the server has told of it. */
let handoff = null;
/** All messages up to this id are here; null before the history is. */
let cursor = null;
let isCaughtUp = false;
/** The last id that the visitor has seen, and those after it that are not its own. */
let lastRead = Number(storage.get(keys.read)) || 0;
const unread = new Set();
let newestID = 0;

const view = new View(texts, new Calendar(locale, texts), {
  send,
  draft: draftChanged,
  retry: (id) => {
    outbox.retry(id);
    flush();
  },
  discard: (id) => {
    outbox.remove(id);
    showPending();
  },
  person: () => send(texts.personRequest),
  close: () => parent !== window && tellHost({ type: 'close' }),
  mute: () => {
    isMuted = !isMuted;
    storage.set(keys.muted, isMuted ? '1' : '');
    view.isMuted = isMuted;
  },
  earlier: loadEarlier,
});

// MARK: The page around us

const hostOrigin = parameters.get('origin');

function tellHost(message) {
  if (parent === window) return;
  // A page without an origin (a file) cannot be named; what is told is no secret.
  const target = hostOrigin && hostOrigin !== 'null' ? hostOrigin : '*';
  parent.postMessage({ chatai: 1, ...message }, target);
}

addEventListener('message', (event) => {
  if (event.source !== parent || parent === window || event.origin !== hostOrigin || event.data?.chatai !== 1) return;
  if (event.data.type === 'open') {
    isOpen = true;
    activate();
    view.focus();
    view.scrollToEnd();
    noteRead();
  } else if (event.data.type === 'close') {
    isOpen = false;
  }
});

// MARK: Waiting

/** Exponential back-off with full jitter, in milliseconds. */
const backOff = (attempt) => Math.random() * Math.min(30_000, 1000 * 2 ** Math.min(attempt, 10));
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Calls until it succeeds or is refused for good. */
async function persistently(call) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof CallError) || !error.isTransient) throw error;
      view.banner = navigator.onLine ? texts.reconnecting : texts.offline;
      await pause(Math.max(error.retryAfter, backOff(attempt)));
    }
  }
}

// MARK: The dialog

/** Looks for the visitor's dialog; without one nothing is opened before the visitor writes. */
async function activate() {
  if (isActivated || isBlocked) return;
  isActivated = true;
  try {
    const dialogs = await persistently(() => server.dialogs());
    const open = dialogs.find((dialog) => !dialog.ended_at);
    view.banner = null;
    if (open) enter(open);
    else showHandoff();
    flush();
  } catch (error) {
    block(error);
  }
}

let opening = null;

/** The dialog's id; opens one if there is none. */
function ensureDialog() {
  opening ??= (async () => {
    if (dialogID === null) enter(await server.openDialog(cleanName(parameters.get('name'))));
    return dialogID;
  })().finally(() => (opening = null));
  return opening;
}

function enter(dialog) {
  if (dialogID !== dialog.id) {
    dialogID = dialog.id;
    cursor = null;
    isCaughtUp = false;
    view.clear();
    showPending();
  }
  noteHandoff(dialog.handoff_status ?? 'none', dialog.manager);
  drive({ type: 'start' });
  catchUp();
}

function block(error) {
  // A mistake of ours is for the console, not for a visitor to read.
  if (!(error instanceof CallError)) throw error;
  isBlocked = true;
  drive({ type: 'stop' });
  view.block(texts.blocked);
}

// MARK: The socket

let socket = null;
let alarm;

function drive(event) {
  for (const action of link.handle(event, performance.now())) {
    if (action.type === 'connect') connect();
    else if (action.type === 'disconnect') disconnect();
    else if (action.type === 'catchUp') catchUp();
    else if (action.type === 'status') statusChanged(action);
    else if (action.type === 'alarm') {
      clearTimeout(alarm);
      if (action.at !== null) {
        alarm = setTimeout(() => drive({ type: 'alarm' }), Math.max(0, action.at - performance.now()));
      }
    }
  }
}

function connect() {
  const opened = (socket = server.socket(dialogID));
  isCaughtUp = false;
  opened.onopen = () => drive({ type: 'opened' });
  opened.onmessage = (event) => {
    drive({ type: 'frame' });
    if (event.data === '__ping__') opened.send('__pong__');
    else if (typeof event.data === 'string') receive(event.data);
  };
  opened.onclose = (event) => {
    socket = null;
    drive({ type: 'closed', code: event.code, reason: event.reason });
  };
}

function disconnect() {
  const closing = socket;
  socket = null;
  if (!closing) return;
  closing.onopen = closing.onmessage = closing.onclose = null;
  closing.close();
}

let reopenings = 0;

function statusChanged({ status, code }) {
  isLive = status === 'live';
  view.typing(null);
  if (isLive) reopenings = 0;
  if (status === 'stopped' && code === 4004 && reopenings < 1) {
    // The dialog may be gone, deleted on the server; the visitor's next one is not.
    reopenings += 1;
    isActivated = false;
    dialogID = null;
    activate();
  } else if (status === 'stopped' && code !== 1000) {
    isBlocked = true;
    view.block(texts.blocked);
  } else {
    showConnection(status);
  }
  if (isLive) flush();
}

function showConnection(status) {
  const isCut = status === 'reconnecting' || status === 'polling';
  view.banner = navigator.onLine ? (isCut ? texts.reconnecting : null) : texts.offline;
  showPending();
}

/** A text frame, told apart in the order of part 1. */
function receive(text) {
  let frame;
  try {
    frame = JSON.parse(text);
  } catch {
    return;
  }
  if (typeof frame?.type === 'string') receiveEvent(frame);
  else if (typeof frame?.message === 'object' && frame.message) receiveMessage(frame.message);
  else if (Number.isInteger(frame?.id)) receiveMessage(frame);
}

function receiveEvent(frame) {
  const states = { requested: 'requested', started: 'active', released: 'released', cancelled: 'cancelled' };
  const state = states[/^handoff_(\w+)$/.exec(frame.type)?.[1]];
  if (state) noteHandoff(state, frame.manager);
  else if (frame.type === 'typing_stop') view.typing(null);
  else if (frame.type === 'typing_start' && frame.sender !== 'user') {
    const author = cleanName(frame.author?.name ?? frame.manager?.name);
    view.typing(author ?? (frame.sender === 'assistant' ? texts.assistant : operatorName()));
  }
}

function receiveMessage(message) {
  merge([message], true);
  if (isCaughtUp) cursor = Math.max(cursor, message.id);
}

// MARK: Messages

/** Takes messages in, each once, whichever way and however often they come. */
function merge(messages, isNews) {
  for (const message of messages) {
    if (!Number.isInteger(message?.id) || view.has(message.id)) continue;
    if (message.client_id && outbox.find(message.client_id)) {
      outbox.remove(message.client_id);
      showPending();
    }
    const { id, sender } = message;
    const author = message.author?.name ?? (sender === 'manager' && isNews ? handoff?.name : null);
    const text = typeof message.text === 'string' ? message.text : '';
    view.add({ id, sender, author, text, time: parseTime(message.timestamp) }, isNews);
    newestID = Math.max(newestID, id);
    if (sender === 'user') continue;
    if (isNews) view.typing(null);
    if (id > lastRead) unread.add(id);
    if (isNews && !isMuted && !isWatched()) chime.play();
  }
  noteRead();
}

const isWatched = () => isOpen && document.visibilityState === 'visible';

function noteRead() {
  if (isWatched() && newestID > lastRead) {
    lastRead = newestID;
    storage.set(keys.read, String(lastRead));
  }
  if (isWatched()) unread.clear();
  tellHost({ type: 'unread', count: unread.size });
}

const page = 50;
let catching = null;
let catchesAgain = false;

/** Fetches what was missed. Calls that come while one is under way are one more after it. */
function catchUp() {
  if (catching) {
    catchesAgain = true;
    return;
  }
  catching = fetchMissed()
    .catch((error) => {
      if (!(error instanceof CallError)) throw error;
      if (error.status === 404 || !error.isTransient) return;
      // A poll or the next connection tries again by itself; a good connection would not.
      if (isLive) setTimeout(catchUp, Math.max(error.retryAfter, Link.poll));
    })
    .finally(() => {
      catching = null;
      if (catchesAgain) catchUp();
    });
}

async function fetchMissed() {
  catchesAgain = false;
  const dialog = dialogID;
  if (dialog === null) return;
  const connection = socket;
  if (cursor === null) {
    const messages = await server.messages(dialog, { limit: page });
    if (dialog !== dialogID) return;
    view.isLoading = true;
    merge(messages, false);
    view.hasEarlier = messages.length === page;
    view.scrollToEnd();
    // After what is in the page by then.
    setTimeout(() => (view.isLoading = false));
    cursor = messages.at(-1)?.id ?? 0;
  } else {
    for (let isMore = true; isMore; ) {
      const messages = await server.messages(dialog, { after: cursor, limit: 200 });
      if (dialog !== dialogID) return;
      merge(messages, true);
      cursor = Math.max(cursor, messages.at(-1)?.id ?? 0);
      isMore = messages.length === 200;
    }
    const current = (await server.dialogs()).find((one) => one.id === dialog);
    if (current && dialog === dialogID) noteHandoff(current.handoff_status ?? 'none', current.manager);
  }
  if (connection && connection === socket && connection.readyState === WebSocket.OPEN) isCaughtUp = true;
}

async function loadEarlier() {
  try {
    const messages = await server.messages(dialogID, { before: view.oldestID, limit: page });
    view.keepingPlace(() => merge(messages, false));
    view.hasEarlier = messages.length === page;
  } catch (error) {
    // The button is still there to be pressed again.
    if (!(error instanceof CallError)) throw error;
  }
}

// MARK: Sending

function send(text) {
  const length = Array.from(text).length;
  if (length > longestMessage) view.hint(texts.tooLong(length, longestMessage));
  else if (outbox.isFull) view.hint(texts.tooMany);
  else {
    view.hint(null);
    outbox.add(text);
    activate();
    flush();
    return true;
  }
  return false;
}

function showPending() {
  view.setPending(outbox.items, isLive || dialogID === null ? navigator.onLine : false);
}

let isFlushing = false;
let failures = 0;
let retryTimer;

/** Sends what waits, one after the other, so that it arrives in the order it was written in. */
async function flush() {
  showPending();
  if (isFlushing || isBlocked || !outbox.next()) return;
  isFlushing = true;
  clearTimeout(retryTimer);
  try {
    for (let item; !isBlocked && (item = outbox.next()); ) {
      const dialog = await ensureDialog();
      await deliver(dialog, item);
      failures = 0;
    }
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (!error.isTransient) return block(error);
    retryTimer = setTimeout(flush, Math.max(error.retryAfter, backOff(failures)));
    failures += 1;
  } finally {
    isFlushing = false;
    showPending();
  }
}

async function deliver(dialog, item) {
  try {
    const answer = await server.post(dialog, item);
    outbox.remove(item.id);
    showPending();
    merge([answer.user_message], false);
    // A connection that ended for good is not to miss the answer.
    drive({ type: 'start' });
  } catch (error) {
    if (!(error instanceof CallError) || error.isTransient) throw error;
    if (error.status === 404 && reopenings < 1) {
      // The dialog is gone: the message goes into the next one.
      reopenings += 1;
      drive({ type: 'stop' });
      dialogID = null;
      return;
    }
    outbox.fail(item.id, error.detail || texts.refused);
    showPending();
  }
}

// MARK: Typing

let isTyping = false;
let typingSince = 0;
let typingEnd;

function sayTyping(starts) {
  isTyping = starts;
  typingSince = performance.now();
  if (socket?.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify({ type: starts ? 'typing_start' : 'typing_stop' }));
  }
}

function draftChanged(text) {
  storage.set(keys.draft, text);
  if (Array.from(text).length <= longestMessage) view.hint(null);
  clearTimeout(typingEnd);
  if (!text.trim()) {
    if (isTyping) sayTyping(false);
    return;
  }
  // Once in a while is enough to be seen; silence for 4 s is a stop.
  if (!isTyping || performance.now() - typingSince > 3000) sayTyping(true);
  typingEnd = setTimeout(() => isTyping && sayTyping(false), 4000);
}

// MARK: Hand-off

const operatorName = () => handoff?.name ?? texts.operator;

function noteHandoff(state, manager) {
  const before = handoff;
  const name = state === 'active' ? (cleanName(manager?.name) ?? before?.name ?? null) : null;
  handoff = { state, name };
  showHandoff();
  // What was so when the page was opened is in the header; only changes are told.
  if (!before || (before.state === state && before.name === name)) return;
  if (state === 'requested') view.addSystemLine(texts.asked);
  else if (state === 'active') view.addSystemLine(texts.joined(operatorName()));
  else if (before.state === 'active') view.addSystemLine(texts.left(before.name ?? texts.operator));
  else if (state === 'cancelled') view.addSystemLine(texts.withdrawn);
}

function showHandoff() {
  const state = handoff?.state ?? 'none';
  const isAttended = state === 'active';
  view.operator = isAttended ? operatorName() : null;
  view.offersPerson = !isBlocked && !isAttended && state !== 'requested';
  view.status = isAttended
    ? texts.operatorHere(operatorName())
    : state === 'requested' ? texts.waiting : texts.assistantHere;
}

// MARK: The browser

for (const name of ['online', 'offline']) {
  addEventListener(name, () => {
    if (name === 'online') {
      drive({ type: 'online' });
      flush();
    }
    showConnection(isLive ? 'live' : 'reconnecting');
  });
}
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  drive({ type: 'online' });
  noteRead();
});
addEventListener('storage', (event) => {
  if (event.key !== keys.outbox) return;
  // Another tab of this visitor writes: show what it sends, and what became of it.
  const waited = outbox.items.length;
  outbox.reload();
  showPending();
  if (outbox.items.length < waited) fetchLatest();
});

async function fetchLatest() {
  if (dialogID === null) return activate();
  try {
    merge(await server.messages(dialogID, { limit: page }), false);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
  }
}

// MARK: Begin

view.isMuted = isMuted;
view.draft = storage.get(keys.draft) ?? '';
document.documentElement.classList.toggle('alone', parent === window);
showHandoff();
showPending();
tellHost({ type: 'ready' });
// A visitor who has never written has nothing to wait for: its page makes no call before the chat is opened.
if (isOpen || lastRead > 0 || outbox.items.length) activate();
