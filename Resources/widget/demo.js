// Puts the widget on the page as the address of the page says: ?assistant_id=… on the right, ?site_token=… on the left,
// and any of the loader's other options (lang, theme, title, name, guest_id).
'use strict';

const parameters = new URLSearchParams(location.search);
const common = ['lang', 'theme', 'title', 'name', 'guest_id'].filter((name) => parameters.get(name));
const widgets = ['assistant_id', 'site_token'].filter((name) => parameters.get(name));
document.querySelector('#lead').textContent = widgets.length
  ? 'What stands in its source:'
  : 'No chat yet: add ?assistant_id=… or ?site_token=… to the address, with what chatai-server assistant add or '
    + 'chatai-server site-token has printed.';

for (const name of widgets) {
  const script = document.createElement('script');
  script.src = 'loader.js';
  script.async = true;
  const attributes = [name, ...common].map((option) => [option.replace('_', '-'), parameters.get(option)]);
  if (name === 'site_token' && widgets.length > 1) attributes.push(['position', 'left']);
  for (const [option, value] of attributes) script.setAttribute(`data-${option}`, value);
  const snippet = document.createElement('code');
  snippet.textContent = script.outerHTML.replace('loader.js', script.src);
  const item = document.createElement('li');
  item.append(snippet);
  document.querySelector('#snippets').append(item);
  document.head.append(script);
}
