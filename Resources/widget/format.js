/** Pure helpers on text and times. */

/** A random UUID (RFC 9562, version 4). `crypto.randomUUID` is missing on pages without TLS. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A name on one line, without the characters that turn the direction of what follows; null if nothing is left. */
export function cleanName(name) {
  if (typeof name !== 'string') return null;
  const clean = name.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu, ' ').trim();
  return clean ? Array.from(clean).slice(0, 80).join('') : null;
}

/** The first letters of a name's first and last word. */
export function initials(name) {
  const words = name.split(/\s+/u).filter((word) => /^\p{L}/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => Array.from(word ?? '')[0] ?? '');
  return letters.join('').toUpperCase();
}

// An address ends where a reader would not see that it goes on, too: at characters that turn the direction.
const address = /https?:\/\/[^\s<>"'`\p{Cc}\p{Bidi_Control}]+/giu;

/** Cuts a text into parts, of which those with an `href` are links to the web and nothing else. */
export function linkParts(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    const shown = withoutTrailingPunctuation(match[0]);
    let url;
    try {
      url = new URL(shown);
    } catch {
      continue;
    }
    // A name before an @ is shown where a host is expected.
    if (!/^https?:$/.test(url.protocol) || url.username || url.password) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: shown, href: url.href });
    end = match.index + shown.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** An address at the end of a sentence or in brackets: what follows is not a part of it. */
function withoutTrailingPunctuation(text) {
  let shown = text.replace(/[.,;:!?…»”’\]}*_]+$/u, '');
  const count = (character) => shown.split(character).length - 1;
  while (shown.endsWith(')') && count(')') > count('(')) shown = shown.slice(0, -1).replace(/[.,;:!?]+$/u, '');
  return shown;
}

/** Reads the wire's times, those without a zone as UTC; null for what is none. */
export function parseTime(text) {
  if (typeof text !== 'string') return null;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : text + 'Z';
  const time = new Date(zoned.replace(' ', 'T'));
  return Number.isNaN(time.getTime()) ? null : time;
}

/** Shows times and days as the visitor is used to. */
export class Calendar {
  constructor(locale, texts) {
    this.texts = texts;
    this.clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
    this.date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
  }

  time(date) {
    return this.clock.format(date);
  }

  day(date, now = new Date()) {
    if (date.toDateString() === now.toDateString()) return this.texts.today;
    const before = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
    return date.toDateString() === before.toDateString() ? this.texts.yesterday : this.date.format(date);
  }
}
