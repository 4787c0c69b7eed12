// Which articles may answer: chosen above the question, shown as chips, taken off by a click.

import { $, element, getJson, named, offer, words } from './dom.js';

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
  for (const [name, id] of Object.entries(FIELDS)) $(id).value = [chosen[name] ?? ''].flat().at(-1);   // the newest of several
}

function chip(name, value) {
  const label = `${words(`filter_${name}`)}: ${named(name, value)}`;
  const made = element('button', { type: 'button', className: 'chip', title: words('take_off', { filter: label }), onclick: () => setFilters(without(chosen, name, value)) },
    element('span', { dir: 'auto' }, label), element('span', { className: 'off', ariaHidden: 'true' }, '✕'));
  made.setAttribute('aria-label', words('take_off', { filter: label }));
  return made;
}

/** One value more, or another day; "all", or no day, takes off what there was. */
function choose(name, value) {
  const { [name]: before = [], ...rest } = chosen;
  setFilters(value ? { ...rest, [name]: SEVERAL.includes(name) ? [...before.filter(one => one !== value), value] : value } : rest);
}

async function fill() {
  const known = await getJson('/library/facets');
  for (const name of ['outlets', 'languages']) offer($(FIELDS[name]), name, known[name]);
  show();
}

function open(shown) {
  $('filters').hidden = !shown;
  $('filter').setAttribute('aria-expanded', String(shown));
}

export function listen() {
  $('filter').onclick = () => {
    const shown = $('filters').hidden;
    open(shown);
    if (shown) fill().then(() => $('by-outlet').focus());
  };
  $('composer').addEventListener('keydown', event => {
    if (event.key !== 'Escape' || $('filters').hidden) return;
    event.stopPropagation();   // the article beside it stays open
    open(false);
    $('filter').focus();
  });
  for (const [name, id] of Object.entries(FIELDS)) {
    $(id).onchange = () => choose(name, $(id).value);
  }
}
