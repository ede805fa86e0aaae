// An accessibility check of one document, in the spirit of axe: returns what is wrong, a line for each finding.
(() => {
  const problems = [];
  const report = (element, text) => {
    const id = element.id ? `#${element.id}` : element.className ? `.${element.className}` : '';
    problems.push(`${element.localName}${id}: ${text}`);
  };
  const root = document.documentElement;
  const scope = [...document.querySelectorAll('*')];
  for (const host of scope.filter((element) => element.shadowRoot)) scope.push(...host.shadowRoot.querySelectorAll('*'));
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

  // Language, title, landmarks, headings.
  if (!/^[a-z]{2}/.test(root.lang)) problems.push('html: no lang');
  if (!document.title.trim()) problems.push('no title');
  if (!document.querySelector('main, [role=main], h1')) problems.push('no main part');
  if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');

  // Identifiers.
  const ids = scope.map((element) => element.id).filter(Boolean);
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) problems.push(`#${id} twice`);
  for (const element of scope) {
    for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for']) {
      for (const id of element.getAttribute(attribute)?.split(' ') ?? []) {
        if (!ids.includes(id)) report(element, `${attribute} names nothing`);
      }
    }
    if (element.hasAttribute('style') && element.localName !== 'textarea') report(element, 'a style attribute');
    for (const attribute of element.attributes) if (/^on/.test(attribute.name)) report(element, 'an inline handler');
  }

  // Names of controls, roles, order of focus.
  const controls = scope.filter((element) => element.matches('button, a[href], input, textarea, select, iframe'));
  for (const control of controls.filter(isShown)) {
    const label = control.getAttribute('aria-label') ?? control.labels?.[0]?.textContent ?? control.textContent;
    if (control.localName === 'iframe' ? !control.title : !label?.trim()) report(control, 'no name');
    if (control.tabIndex > 0) report(control, 'a tabindex above 0');
    const box = control.getBoundingClientRect();
    const isInText = control.matches('a, .link');
    if (!isInText && (box.width < 24 || box.height < 24)) report(control, `only ${box.width} × ${box.height} px`);
    if (control.closest('[aria-hidden=true]')) report(control, 'hidden from screen readers, and still a control');
  }
  for (const image of scope.filter((element) => element.matches('svg, img')).filter(isShown)) {
    if (!image.closest('[aria-hidden=true]') && !image.getAttribute('aria-label') && !image.alt) {
      report(image, 'neither a name nor aria-hidden');
    }
  }
  const roles = ['log', 'status', 'alert', 'button', 'dialog', 'main', 'region', 'heading', 'list', 'listitem'];
  for (const element of scope.filter((element) => element.hasAttribute('role'))) {
    if (!roles.includes(element.getAttribute('role'))) report(element, `the role ${element.getAttribute('role')}`);
  }
  for (const element of scope.filter(isShown)) {
    const style = getComputedStyle(element);
    const scrolls = /auto|scroll/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1;
    if (scrolls && element.tabIndex < 0 && element.localName !== 'html' && element.localName !== 'body') {
      report(element, 'scrolls, and cannot be reached by keyboard');
    }
  }

  // Contrast, WCAG 2.2, section 1.4.3.
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((value, index) => value * top[3] + under[index] * (1 - top[3]));
  const luminance = (color) => {
    const [r, g, b] = color.map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      layers.push(color);
      if (color[3] === 1) break;
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  let texts = 0;
  for (const element of scope.filter(isShown)) {
    const isField = element.localName === 'textarea';
    const hasText = isField || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText || element.matches(':disabled, script, style, title')) continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const styles = [getComputedStyle(element), ...(isField ? [getComputedStyle(element, '::placeholder')] : [])];
    for (const style of styles) {
      const under = ground(element);
      const text = luminance(over(rgba(style.color), under));
      const back = luminance(under);
      const ratio = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
      const isLarge = parseFloat(style.fontSize) >= 24;
      texts += 1;
      if (ratio < (isLarge ? 3 : 4.5)) report(element, `contrast ${ratio.toFixed(2)} in ${root.dataset.theme ?? 'auto'}`);
    }
  }
  // The borders of what can be acted on, section 1.4.11.
  for (const element of document.querySelectorAll('.composer, #person')) {
    if (!isShown(element)) continue;
    const back = luminance(ground(element));
    const line = luminance(over(rgba(getComputedStyle(element).borderTopColor), ground(element)));
    const ratio = (Math.max(line, back) + 0.05) / (Math.min(line, back) + 0.05);
    if (ratio < 3) report(element, `border contrast ${ratio.toFixed(2)}`);
  }
  return { problems, texts, controls: controls.filter(isShown).length };
})();
