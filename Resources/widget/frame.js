import { Connection } from './connection.js';
import { Calendar, cleanName, parseTime, uuid } from './format.js';
import { Host } from './host.js';
import { Outbox, Storage } from './outbox.js';
import { Sender } from './sender.js';
import { CallError, Server, persistently } from './server.js';
import { Chime } from './sound.js';
import { textsFor } from './texts.js';
import { TypingNotice } from './typing.js';
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
const keys = { outbox: `${scope}.outbox`, draft: `${scope}.draft`, read: `${scope}.read` };

// MARK: State

const outbox = new Outbox(storage, keys.outbox);
const chime = new Chime(storage);
let dialogID = null;
let isOpen = parent === window;
let isBlocked = false;
let isLive = false;
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
  close: () => host.tell({ type: 'close' }),
  mute: () => {
    chime.isMuted = !chime.isMuted;
    view.isMuted = chime.isMuted;
  },
  earlier: () => fetchPage({ before: view.oldestID }, (take) => view.keepingPlace(take)),
});

// MARK: The page around us

const host = new Host(parameters.get('origin'), {
  opened: () => {
    isOpen = true;
    activate();
    view.focus();
    view.scrollToEnd();
    noteRead();
  },
  closed: () => (isOpen = false),
});

// MARK: The dialog

let activation = null;

/** Looks for the visitor's dialog, once; without one nothing is opened before the visitor writes. */
function activate() {
  return (activation ??= findDialog());
}

async function findDialog() {
  try {
    const dialogs = await persistently(() => server.dialogs(), () => showConnection('reconnecting'));
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
    await activate();
    if (isBlocked) throw new CallError(403);
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
  connection.start();
  catchUp();
}

function block(error) {
  // A mistake of ours is for the console, not for a visitor to read.
  if (!(error instanceof CallError)) throw error;
  isBlocked = true;
  connection.stop();
  view.block(texts.blocked);
}

// MARK: The socket

const connection = new Connection(() => server.socket(dialogID), {
  connecting: () => (isCaughtUp = false),
  catchUp,
  status: statusChanged,
  event: receiveEvent,
  message: receiveMessage,
});

let reopenings = 0;

function statusChanged(status, code) {
  isLive = status === 'live';
  view.typing(null);
  if (isLive) reopenings = 0;
  if (status === 'stopped' && code === 4004 && reopenings < 1) {
    // The dialog may be gone, deleted on the server; the visitor's next one is not.
    reopenings += 1;
    activation = dialogID = null;
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
    if (isNews && !isWatched()) chime.play();
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
  host.tell({ type: 'unread', count: unread.size });
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
      if (isLive) setTimeout(catchUp, Math.max(error.retryAfter, 3000));
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
  const { socket } = connection;
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
  if (socket && socket === connection.socket) isCaughtUp = true;
}

/** Fetches a page of messages; if that fails, what asked for it can be done again. */
async function fetchPage(range, take) {
  try {
    const messages = await server.messages(dialogID, { ...range, limit: page });
    take(() => merge(messages, false));
    if (range.before) view.hasEarlier = messages.length === page;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
  }
}

// MARK: Sending

/** Returns what is wrong, if the message cannot be taken. */
function send(text) {
  if (outbox.isFull) return texts.tooMany;
  outbox.add(text);
  flush();
  return null;
}

function showPending() {
  view.setPending(outbox.items, isLive || dialogID === null ? navigator.onLine : false);
}

const sender = new Sender(server, outbox, {
  dialog: ensureDialog,
  changed: showPending,
  sent: (message) => {
    merge([message], false);
    // A connection that ended for good is not to miss the answer.
    connection.start();
  },
  // The dialog is gone: the message goes into the next one, but not into one after the other.
  gone: () => {
    if (reopenings > 0) return false;
    reopenings += 1;
    connection.stop();
    dialogID = null;
    return true;
  },
  blocked: block,
  refusal: texts.refused,
});

function flush() {
  showPending();
  if (!isBlocked) sender.flush();
}

// MARK: Drafts

const typing = new TypingNotice((starts) => connection.send({ type: starts ? 'typing_start' : 'typing_stop' }));

function draftChanged(text) {
  storage.set(keys.draft, text);
  typing.changed(text);
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
  view.setHandoff(handoff?.state, handoff && operatorName(), !isBlocked);
}

// MARK: The browser

for (const name of ['online', 'offline']) {
  addEventListener(name, () => {
    if (name === 'online') {
      connection.hurry();
      flush();
    }
    showConnection(isLive ? 'live' : 'reconnecting');
  });
}
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  connection.hurry();
  noteRead();
});
addEventListener('storage', (event) => {
  if (event.key !== keys.outbox) return;
  // Another tab of this visitor writes: show what it sends, and what became of it.
  const waited = outbox.items.length;
  outbox.reload();
  showPending();
  if (outbox.items.length >= waited) return;
  if (dialogID === null) activation = null;
  activate().then(() => fetchPage({}, (take) => take()));
});

// MARK: Begin

view.isMuted = chime.isMuted;
view.draft = storage.get(keys.draft) ?? '';
document.documentElement.classList.toggle('alone', host.isAbsent);
showHandoff();
showPending();
host.tell({ type: 'ready' });
// A visitor who has never written has nothing to wait for: its page makes no call before the chat is opened.
if (isOpen || lastRead > 0 || outbox.items.length) activate();
