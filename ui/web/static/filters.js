// Which articles may answer: chosen above the question, shown as chips, taken off by a click.

import { $, element, getJson, words } from './dom.js';

const FIELDS = { outlets: 'by-outlet', languages: 'by-language', since: 'by-since', until: 'by-until' };
const SEVERAL = ['outlets', 'languages', 'files'];
let chosen = {};

/** The filters as the server takes them. */
export const filters = () => structuredClone(chosen);

export function setFilters(wanted) {
  chosen = structuredClone(wanted);
  show();
}

/** The filters without one value. */
export function without(from, name, value) {
  const rest = structuredClone(from);
  const kept = Array.isArray(rest[name]) ? rest[name].filter(one => one !== value) : [];
  if (kept.length) rest[name] = kept; else delete rest[name];
  return rest;
}

function show() {
  const chips = Object.entries(chosen).flatMap(([name, values]) => [values].flat().map(value => chip(name, value)));
  $('chosen').replaceChildren(...chips);
  $('filter').classList.toggle('on', chips.length > 0);
}

function chip(name, value) {
  const label = `${words(`filter_${name}`)}: ${value}`;
  const made = element('button', { type: 'button', className: 'chip', title: words('take_off', { filter: label }), onclick: () => setFilters(without(chosen, name, value)) },
    element('span', { dir: 'auto' }, label), element('span', { className: 'off', ariaHidden: 'true' }, '✕'));
  made.setAttribute('aria-label', words('take_off', { filter: label }));
  return made;
}

function add(name, value) {
  if (!value) return;
  const before = chosen[name] || [];
  setFilters({ ...chosen, [name]: SEVERAL.includes(name) ? [...new Set([...before, value])] : value });
}

async function fill() {
  const known = await getJson('/library/facets');
  for (const [name, id] of [['outlets', 'by-outlet'], ['languages', 'by-language']]) {
    const first = $(id).options[0];
    $(id).replaceChildren(first, ...known[name].map(value => element('option', { value }, value)));
  }
}

export function listen() {
  $('filter').onclick = () => {
    const shown = $('filters').hidden;
    $('filters').hidden = !shown;
    $('filter').setAttribute('aria-expanded', String(shown));
    if (shown) fill().then(() => $('by-outlet').focus());
  };
  for (const [name, id] of Object.entries(FIELDS)) {
    $(id).onchange = () => { add(name, $(id).value); if ($(id).tagName === 'SELECT') $(id).selectedIndex = 0; };
  }
}
