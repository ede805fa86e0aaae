import { cleanName, initials, linkParts } from './format.js';

const find = (selector) => document.querySelector(selector);

/** What the server takes, in characters. */
const longestMessage = 10_000;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/**
 * The page. All text is set as text, never as markup.
 *
 * Rows are ordered by the message's id; below them stand those that are not sent yet.
 */
export class View {
  #texts;
  #calendar;
  #actions;
  #log = find('#log');
  #rows = new Map();
  #pending = new Map();
  #isLayoutDue = false;
  #missed = 0;
  #typingEnd;

  /** @param actions what the visitor can do: `send(text)` returns why it cannot be, `retry(id)`, `discard(id)`, `typing(isTyping)`, … */
  constructor(texts, calendar, actions) {
    this.#texts = texts;
    this.#calendar = calendar;
    this.#actions = actions;
    find('h1').textContent = texts.title;
    document.title = texts.title;
    find('#greeting').textContent = texts.greeting;
    find('#person').textContent = texts.person;
    find('#earlier').textContent = texts.earlier;
    this.#log.setAttribute('aria-label', texts.messages);
    const text = find('#text');
    text.placeholder = texts.placeholder;
    text.setAttribute('aria-label', texts.placeholder);
    for (const name of ['send', 'close', 'mute']) {
      find(`#${name}`).setAttribute('aria-label', texts[name]);
      find(`#${name}`).title = texts[name];
    }
    this.#listen(text);
    this.#fit();
  }

  #listen(text) {
    const submit = () => {
      if (!text.value.trim()) return;
      const length = Array.from(text.value).length;
      const problem =
        length > longestMessage ? this.#texts.tooLong(length, longestMessage) : this.#actions.send(text.value);
      if (!problem) this.draft = '';
      this.#hint(problem);
      text.focus();
    };
    find('form').addEventListener('submit', (event) => {
      event.preventDefault();
      submit();
    });
    text.addEventListener('keydown', (event) => {
      // While a word is being composed, Enter chooses it; some browsers tell so by the key code alone.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      submit();
    });
    text.addEventListener('input', () => {
      this.#fit();
      this.#hint(null);
      this.#actions.draft(text.value);
    });
    addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.isComposing) this.#actions.close();
    });
    find('#close').addEventListener('click', () => this.#actions.close());
    find('#person').addEventListener('click', () => this.#actions.person());
    find('#mute').addEventListener('click', () => this.#actions.mute());
    find('#earlier').addEventListener('click', () => this.#actions.earlier());
    find('#pill').addEventListener('click', () => {
      this.scrollToEnd();
      text.focus();
    });
    // What is at the end stays in sight when the keyboard of a phone comes or the composer grows.
    let wasAtEnd = true;
    this.#log.addEventListener('scroll', () => {
      wasAtEnd = this.#isAtEnd;
      if (wasAtEnd) this.#setMissed(0);
    });
    new ResizeObserver(() => wasAtEnd && this.scrollToEnd()).observe(this.#log);
  }

  // MARK: The composer

  get draft() {
    return find('#text').value;
  }

  set draft(value) {
    find('#text').value = value;
    this.#fit();
    this.#actions.draft(value);
  }

  focus() {
    find('#text').focus();
  }

  /** Says what is wrong with what is being typed; nothing if `text` is null. */
  #hint(text) {
    find('#hint').hidden = !text;
    find('#hint').textContent = text ?? '';
    find('#text').setAttribute('aria-invalid', String(Boolean(text)));
  }

  #fit() {
    const text = find('#text');
    text.style.height = 'auto';
    text.style.height = `${Math.min(text.scrollHeight, 132)}px`;
    find('#send').disabled = !text.value.trim();
  }

  // MARK: Around the messages

  /** Whom the visitor talks with, and whether it may ask for a person. */
  setHandoff(state, name, isUsable) {
    const isAttended = state === 'active';
    find('.avatar b').textContent = isAttended ? initials(name) : '';
    find('#person').hidden = !isUsable || isAttended || state === 'requested';
    const texts = this.#texts;
    const text = isAttended ? texts.operatorHere(name) : state === 'requested' ? texts.waiting : texts.assistantHere;
    if (find('#status').textContent !== text) find('#status').textContent = text;
  }

  set banner(text) {
    find('#banner').hidden = !text;
    if (find('#banner').textContent !== (text ?? '')) find('#banner').textContent = text ?? '';
  }

  set isMuted(isMuted) {
    find('#mute').setAttribute('aria-pressed', String(isMuted));
  }

  set hasEarlier(has) {
    find('#earlier').hidden = !has;
  }

  /** Nothing can be written any more. */
  block(text) {
    this.banner = text;
    find('#text').disabled = find('#send').disabled = true;
    find('#person').hidden = true;
  }

  /** Shows who types, until it is told otherwise or for 8 s: a lost stop must not leave somebody typing for ever. */
  typing(name) {
    clearTimeout(this.#typingEnd);
    const line = find('#typing');
    line.hidden = !name;
    line.lastElementChild.textContent = name ? this.#texts.typing(name) : '';
    if (name) this.#typingEnd = setTimeout(() => this.typing(null), 8000);
  }

  // MARK: Messages

  /** While true, what is added is not read out: nobody wants to hear a history. */
  set isLoading(isLoading) {
    this.#log.setAttribute('aria-busy', String(isLoading));
    this.#log.setAttribute('aria-live', isLoading ? 'off' : 'polite');
  }

  get oldestID() {
    return Math.min(...this.#rows.keys());
  }

  has(id) {
    return this.#rows.has(id);
  }

  /** Forgets all messages: the dialog is another one. */
  clear() {
    for (const row of this.#log.querySelectorAll('.row')) row.remove();
    this.#rows.clear();
    this.#pending.clear();
  }

  /**
   * Adds a message where its id belongs.
   *
   * @param message `{id, sender, author, text, time}`
   * @param isNews whether it has just come, so that it may be pointed out
   */
  add(message, isNews) {
    const staysAtEnd = this.#isAtEnd;
    const row = this.#row(message);
    let next = null;
    for (const [id, other] of this.#rows) {
      if (id > message.id && (!next || id < next.id)) next = { id, other };
    }
    this.#rows.set(message.id, row);
    this.#log.insertBefore(row, next?.other ?? this.#pending.values().next().value ?? null);
    this.#layout();
    if (staysAtEnd) this.scrollToEnd();
    else if (isNews && message.sender !== 'user') this.#setMissed(this.#missed + 1);
  }

  /** Adds a line that is no message, at the end. */
  addSystemLine(text) {
    const staysAtEnd = this.#isAtEnd;
    const row = this.#row({ sender: 'system', text, time: new Date() });
    this.#log.insertBefore(row, this.#pending.values().next().value ?? null);
    this.#layout();
    if (staysAtEnd) this.scrollToEnd();
  }

  /** Shows the messages that wait to be sent, with what became of them. */
  setPending(items, isConnected) {
    const ids = new Set(items.map((item) => item.id));
    for (const [id, row] of this.#pending) {
      if (ids.has(id)) continue;
      row.remove();
      this.#pending.delete(id);
    }
    for (const item of items) {
      let row = this.#pending.get(item.id);
      if (!row) {
        row = this.#row({ sender: 'user', text: item.text, time: new Date(item.time) });
        this.#pending.set(item.id, row);
        this.#log.append(row);
        this.scrollToEnd();
      }
      this.#showState(row, item, isConnected);
    }
    this.#layout();
  }

  #showState(row, item, isConnected) {
    const state = item.error ? 'failed' : isConnected ? 'sending' : 'queued';
    if (row.dataset.state === state && row.dataset.error === (item.error ?? '')) return;
    row.dataset.state = state;
    row.dataset.error = item.error ?? '';
    const texts = this.#texts;
    const line = row.querySelector('.meta');
    const shown = element('span', 'state', item.error ? texts.failed(item.error) : texts[state]);
    line.replaceChildren(shown);
    if (!item.error) return;
    for (const [name, action] of [['retry', this.#actions.retry], ['discard', this.#actions.discard]]) {
      const button = element('button', 'link', texts[name]);
      button.type = 'button';
      button.addEventListener('click', () => {
        action(item.id);
        this.focus();
      });
      line.append(button);
    }
  }

  #row({ id, sender, author, text, time }) {
    const kind = ['user', 'assistant', 'manager'].includes(sender) ? sender : 'system';
    const row = element('div', `row ${kind}`);
    if (id !== undefined) row.dataset.id = id;
    const names = { user: this.#texts.you, assistant: this.#texts.assistant, manager: this.#texts.operator };
    row.dataset.author = kind === 'manager' ? `manager ${author ?? ''}` : kind;
    row.dataset.day = time ? this.#calendar.day(time) : '';
    row.append(element('p', 'day', row.dataset.day));
    if (kind !== 'system') row.append(element('p', 'name', cleanName(author) ?? names[kind]));
    const bubble = element('div', 'bubble');
    // In its own direction, and without an effect on what stands around it.
    bubble.dir = 'auto';
    for (const part of linkParts(text)) {
      if (!part.href) {
        bubble.append(part.text);
        continue;
      }
      const link = element('a', '', part.text);
      link.href = part.href;
      link.target = '_blank';
      link.rel = 'noopener noreferrer nofollow';
      bubble.append(link);
    }
    const meta = element('p', 'meta');
    if (time && kind !== 'system') {
      const shown = element('time', '', this.#calendar.time(time));
      shown.dateTime = time.toISOString();
      meta.append(shown);
    }
    row.append(bubble, meta);
    return row;
  }

  /** Days and names are shown where they change. Once for all rows that are added at one time. */
  #layout() {
    if (this.#isLayoutDue) return;
    this.#isLayoutDue = true;
    queueMicrotask(() => {
      this.#isLayoutDue = false;
      let previous;
      const rows = this.#log.querySelectorAll('.row');
      for (const row of rows) {
        const isNewDay = row.dataset.day && row.dataset.day !== previous?.dataset.day;
        row.querySelector('.day').hidden = !isNewDay;
        const follows = !isNewDay && row.dataset.author === previous?.dataset.author;
        row.classList.toggle('follows', follows);
        previous?.classList.toggle('followed', follows);
        previous = row;
      }
      previous?.classList.remove('followed');
      find('#greeting').hidden = rows.length > 0;
    });
  }

  // MARK: Scrolling

  get #isAtEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 60;
  }

  scrollToEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#setMissed(0);
  }

  /** Adds rows above without moving those that are read. */
  keepingPlace(add) {
    const before = this.#log.scrollHeight - this.#log.scrollTop;
    add();
    queueMicrotask(() => (this.#log.scrollTop = this.#log.scrollHeight - before));
  }

  #setMissed(count) {
    this.#missed = count;
    const pill = find('#pill');
    if (!count && pill === document.activeElement) this.focus();
    pill.hidden = !count;
    pill.textContent = count > 1 ? `${this.#texts.newMessages} (${count})` : this.#texts.newMessages;
  }
}
