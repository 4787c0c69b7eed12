// The conversations that are kept: found, opened, renamed by nobody but their reader, exported, forgotten.

import { $, element, getJson, request, words } from './dom.js';

let current = '';
let opened = () => {};

export const name = () => current;

export function setCurrent(id) {
  current = id;
  mark();
}

function mark() {
  for (const link of $('kept').querySelectorAll('.one')) {
    if (link.dataset.id === current) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
  }
}

export async function refresh() {
  const found = await getJson(`/conversations?${new URLSearchParams({ words: $('find').value })}`);
  $('kept').replaceChildren(...found.map(one => element('li', {},
    element('button', { type: 'button', className: 'one', dir: 'auto', dataset: { id: one.id }, onclick: () => opened(one.id) }, one.title),
    act('⤓', 'export_md', () => save(one.id, 'md')),
    act('{}', 'export_json', () => save(one.id, 'json')),
    act('✕', 'forget', () => forget(one.id)))));
  if (!found.length) $('kept').append(element('li', { className: 'none' }, words($('find').value.trim() ? 'none_found' : 'no_conversations')));
  mark();
}

const act = (sign, key, onclick) =>
  element('button', { type: 'button', className: 'quiet act', title: words(key), ariaLabel: words(key), onclick }, sign);

function save(id, form) {
  element('a', { href: `/conversations/${encodeURIComponent(id)}/export?form=${form}`, download: '' }).click();
}

async function forget(id) {
  if (!confirm(words('forget_sure'))) return;
  await request('DELETE', `/conversations/${encodeURIComponent(id)}`);
  if (id === current) opened('');
  refresh();
}

/** `open` is called with the id of the conversation to show, "" for a new one. */
export function listen(open) {
  opened = open;
  let waiting;
  $('find').oninput = () => { clearTimeout(waiting); waiting = setTimeout(refresh, 200); };
  $('new').onclick = () => opened('');
  const shut = () => { document.body.classList.remove('listing'); $('menu').setAttribute('aria-expanded', 'false'); };
  document.addEventListener('keydown', event => { if (event.key === 'Escape') shut(); });
  document.addEventListener('click', event => { if (!event.target.closest('#conversations, #menu')) shut(); });
  $('menu').onclick = () => {
    const shown = document.body.classList.toggle('listing');
    $('menu').setAttribute('aria-expanded', String(shown));
    if (shown) $('find').focus();
  };
}
