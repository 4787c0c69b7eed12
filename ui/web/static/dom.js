// What every part of the page needs: elements, words, requests, and a voice for screen readers.

export const $ = id => document.getElementById(id);

const spoken = JSON.parse(document.querySelector('meta[name="words"]').content);

/** A text of the interface in the reader's language, with {values} put in. */
export const words = (key, values = {}) =>
  spoken[`js_${key}`].replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** What a reader reads for a value of a filter: languages have names. */
export const named = (filter, value) => (filter === 'languages' && spoken[`language_${value}`]) || value;

/** The same of the keys KEY_one and KEY_many, by {n}. */
export const counted = (key, values) => words(`${key}_${values.n === 1 ? 'one' : 'many'}`, values);

/** An element with properties and children; text is always set as text. */
export function element(name, properties = {}, ...children) {
  const { dataset, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  Object.assign(made.dataset, dataset);
  made.append(...children);
  return made;
}

/** A drawing that page.css has. */
export const icon = name => element('span', { className: `icon ${name}`, ariaHidden: 'true' });

/** The values that a filter can have are what a select offers, after what it has first; what is chosen stays so. */
export function offer(select, filter, values) {
  const chosen = select.value;
  select.replaceChildren(select.options[0], ...values.map(value => element('option', { value }, named(filter, value))));
  select.value = values.includes(chosen) ? chosen : '';
}

export class Refused extends Error {
  constructor(what, remedy = '') { super(what); this.remedy = remedy; }
}

/** Ask the server; raises Refused with what happened and what to do. */
export async function request(method, url, body, options = {}) {
  const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(url, { method, ...sent, ...options });
  } catch (fault) {
    if (fault.name === 'AbortError') throw fault;
    throw new Refused(words('unreachable'), words('unreachable_remedy'));
  }
  if (response.status === 401) location.href = '/login';
  if (response.ok) return response;
  const text = await response.text();
  try {
    const told = JSON.parse(text);
    throw new Refused(told.error || words('failed', { status: response.status }), told.remedy || '');
  } catch (fault) {
    throw fault instanceof Refused ? fault : new Refused(text || words('failed', { status: response.status }));
  }
}

export const getJson = async url => (await request('GET', url)).json();
export const getHtml = async url => (await request('GET', url)).text();

/** Said to screen readers, not shown. */
export const announce = text => { $('announce').textContent = text; };

let fading;
/** Shown for a moment. */
export function toast(text) {
  $('toast').textContent = text;
  $('toast').classList.add('on');
  clearTimeout(fading);
  fading = setTimeout(() => $('toast').classList.remove('on'), 2500);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = element('textarea', { value: text, className: 'vh' });
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
  toast(words('copied'));
}

/** Text in which `commands` are shown as such. */
const withCode = text => text.split('`').map((part, i) => (i % 2 ? element('code', {}, part) : part));

/** What could not be done, in words, with what to do. */
export const faultBox = (fault, again) => element('div', { className: 'fault', role: 'alert' },
  element('p', {}, element('strong', {}, ...withCode(fault.message))),
  ...(fault.remedy ? [element('p', {}, ...withCode(fault.remedy))] : []),
  ...(again ? [element('button', { type: 'button', className: 'plain', onclick: again }, words('retry'))] : []));
