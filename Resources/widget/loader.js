// The one script that a page needs to have the chat on it:
//
//   <script src="https://chat.example.com/widget/loader.js" data-assistant-id="1" async></script>
//
// or data-site-token="…" in place of the assistant's id. Also: data-lang (en, ru), data-theme (auto, light, dark),
// data-position (right, left), data-title, data-name and data-guest-id (what the page knows of its visitor).
//
// It adds a button and a frame in a shadow root, and touches nothing else of the page but its title. All styles are set
// by script objects: a page whose policy forbids inline styles and scripts needs no exception for it.
(() => {
  'use strict';

  const script = document.currentScript;
  const options = script?.dataset ?? {};
  if (!options.assistantId && !options.siteToken) {
    console.error('ChatAI: the script needs data-assistant-id or data-site-token');
    return;
  }
  const language = (options.lang || document.documentElement.lang || navigator.language || 'en').toLowerCase();
  const texts = language.startsWith('ru')
    ? { open: 'Открыть чат', close: 'Закрыть чат', title: 'Чат', unread: (count) => `, новых сообщений: ${count}` }
    : { open: 'Open the chat', close: 'Close the chat', title: 'Chat', unread: (count) => `, new messages: ${count}` };

  const address = new URL('frame', script.src);
  const parameters = {
    assistant_id: options.assistantId,
    site_token: options.assistantId ? undefined : options.siteToken,
    guest_id: options.guestId,
    name: options.name,
    title: options.title,
    lang: language.startsWith('ru') ? 'ru' : 'en',
    theme: options.theme,
    origin: location.origin,
  };
  for (const [name, value] of Object.entries(parameters)) if (value) address.searchParams.set(name, value);

  const styles = `
    :host { all: initial; --accent: #2156d1; --ring: #fff; color-scheme: light dark; }
    .launcher, .panel { position: fixed; z-index: 2147483000; bottom: 20px; right: 20px; }
    .left .launcher, .left .panel { right: auto; left: 20px; }
    .launcher { width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%; cursor: pointer; color: #fff;
      background: var(--accent); box-shadow: 0 4px 16px rgb(16 24 40 / .28); display: grid; place-items: center;
      transition: transform .15s, background .15s; -webkit-tap-highlight-color: transparent; }
    .launcher:hover { background: #1a47b0; transform: translateY(-1px); }
    .launcher:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px var(--accent); }
    .launcher svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
      stroke-linejoin: round; }
    .open .chat, .launcher .cross { display: none; }
    .open .cross { display: block; }
    .badge { position: absolute; top: -4px; right: -4px; min-width: 22px; box-sizing: border-box; padding: 0 6px;
      border: 2px solid #fff; border-radius: 12px; background: #c4122f; color: #fff;
      font: 600 12px/18px system-ui, sans-serif; text-align: center; }
    .badge[hidden] { display: none; }
    .panel { bottom: 88px; width: 384px; height: min(640px, calc(100vh - 108px)); border: 0; border-radius: 16px;
      overflow: hidden; box-shadow: 0 12px 40px rgb(16 24 40 / .28); visibility: hidden; opacity: 0;
      transform: translateY(12px); transition: opacity .18s, transform .18s, visibility 0s .18s; }
    .open .panel { visibility: visible; opacity: 1; transform: none; transition: opacity .18s, transform .18s; }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
    @media (max-width: 480px), (max-height: 420px) {
      .panel, .left .panel { inset: 0; width: 100%; height: 100%; border-radius: 0; }
      .open .launcher { display: none; }
    }
    @media (prefers-reduced-motion: reduce) { .launcher, .panel, .open .panel { transition: none; transform: none; } }
    @media (forced-colors: active) { .launcher { border: 2px solid ButtonText; } .panel { border: 1px solid; } }
    @media print { .root { display: none; } }`;

  const drawing = (className, path) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    svg.setAttribute('class', className);
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    line.setAttribute('d', path);
    svg.append(line);
    return svg;
  };

  const element = (name, className) => Object.assign(document.createElement(name), { className });
  const host = document.createElement('div');
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  shadow.adoptedStyleSheets = [sheet];
  const root = element('div', options.position === 'left' ? 'root left' : 'root');
  const panel = element('div', 'panel');
  const launcher = element('button', 'launcher');
  launcher.type = 'button';
  const badge = element('span', 'badge');
  badge.setAttribute('aria-hidden', 'true');
  launcher.append(
    drawing('chat', 'M21 11.5a8.4 8.4 0 0 1-9 8.4 9 9 0 0 1-3.9-.9L3 20.5l1.6-4.6A8 8 0 0 1 3.5 11.5 8.6 8.6 0 0 1 12 3a8.6 8.6 0 0 1 9 8.5Z'),
    drawing('cross', 'M6 6l12 12M18 6L6 18'), badge);
  // The button first: from it, Tab leads into the frame.
  root.append(launcher, panel);
  shadow.append(root);

  let frame;
  let isReady = false;
  let isOpen = false;
  let unread = 0;

  const send = (type) => isReady && frame.contentWindow.postMessage({ chatai: 1, type }, address.origin);

  // Not before the page is in the frame: a browser that gives it a process of its own would lose the focus on the way.
  const enter = () => {
    if (!isReady || !isOpen) return;
    frame.focus();
    send('open');
  };

  const addFrame = () => {
    if (frame) return;
    frame = document.createElement('iframe');
    frame.title = options.title || texts.title;
    frame.allow = 'autoplay';
    frame.src = address.href;
    panel.append(frame);
  };

  const show = () => {
    root.classList.toggle('open', isOpen);
    launcher.setAttribute('aria-expanded', String(isOpen));
    const count = isOpen ? 0 : unread;
    launcher.setAttribute('aria-label', (isOpen ? texts.close : texts.open) + (count ? texts.unread(count) : ''));
    badge.hidden = !count;
    badge.textContent = count > 99 ? '99+' : String(count);
  };

  const setOpen = (opens) => {
    if (opens === isOpen) return;
    isOpen = opens;
    if (opens) addFrame();
    show();
    if (opens) {
      enter();
    } else {
      send('close');
      launcher.focus();
    }
  };

  const setUnread = (count) => {
    if (count === unread) return;
    unread = count;
    // The page may have changed its title meanwhile: only the count before it is ours.
    const title = document.title.replace(/^\(\d+\) /, '');
    document.title = count ? `(${count}) ${title}` : title;
    show();
  };

  addEventListener('message', (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== address.origin) return;
    const { chatai, type, count } = event.data ?? {};
    if (chatai !== 1) return;
    if (type === 'ready') {
      isReady = true;
      enter();
    } else if (type === 'close') {
      setOpen(false);
    } else if (type === 'unread' && Number.isInteger(count) && count >= 0) {
      setUnread(count);
    }
  });
  launcher.addEventListener('click', () => setOpen(!isOpen));
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && isOpen) setOpen(false);
  });

  show();
  const start = () => {
    document.body.append(host);
    // The page first; the frame tells of answers that came while the visitor was away.
    if (document.readyState === 'complete') addFrame();
    else addEventListener('load', addFrame, { once: true });
  };
  if (document.body) start();
  else document.addEventListener('DOMContentLoaded', start, { once: true });
})();
