// Settings: what answers and how. The key goes to the server and never comes back.

import { $, copy, element, faultBox, getJson, request, toast, words } from './dom.js';

const NUMBERS = ['hits', 'sentences', 'wrongly_refused'];
const form = () => $('choose');

export async function show() {
  const known = await getJson('/settings');
  fill(known);
  if (known.mode) offer(await getJson('/settings/models'));
}

/** Models that are here, to be filled in by a click, and those that a command fetches. */
function offer({ found, to_fetch }) {
  $('found').hidden = !found.length;
  $('found-models').replaceChildren(...found.map(({ whose, name, fill: values }) => element('li', {},
    element('button', { type: 'button', className: 'plain', onclick: () => fillIn(values) },
      words('fill_in', { name: whose ? words('port_of', { name, whose }) : name })))));
  $('to-fetch').replaceChildren(...to_fetch.map(({ name, about, command }) => element('li', {},
    element('b', {}, name), ` ${about}`,
    element('span', { className: 'command' }, element('code', {}, command),
      element('button', { type: 'button', className: 'quiet', title: words('copy_command'), ariaLabel: `${words('copy_command')}: ${command}`, onclick: () => copy(command) }, '⧉')))));
}

function fillIn(values) {
  for (const [name, value] of Object.entries(values)) form().elements[name].value = value;
  if (form().elements.mode.value === 'quotes') form().elements.mode.value = 'auto';
  toast(words('filled_in'));
}

function fill(known) {
  form().hidden = !known.mode;
  $('answers').textContent = known.mode ? words('answers_now', { how: known.answers }) : words('settings_elsewhere');
  for (const [name, value] of Object.entries(known)) {
    if (form().elements[name] && name !== 'llm_key') form().elements[name].value = value;
  }
  form().elements.llm_key.value = '';
  form().elements.llm_key.placeholder = known.has_key ? words('key_is_set') : '';
}

/** What is filled in; an empty key leaves the one there is. */
function wanted() {
  const values = Object.fromEntries([...new FormData(form())].map(([name, value]) => [name, NUMBERS.includes(name) ? Number(value) : value]));
  if (!values.llm_key) delete values.llm_key;
  return values;
}

async function use(event) {
  event.preventDefault();
  $('settings-fault').replaceChildren();
  try {
    fill(await (await request('POST', '/settings', { wanted: wanted(), keep: $('keep').checked, keep_key: $('keep-key').checked })).json());
    toast(words('settings_used'));
  } catch (fault) {
    $('settings-fault').replaceChildren(faultBox(fault));
  }
}

async function tryOut() {
  $('tried').textContent = words('trying');
  $('tried').className = '';
  try {
    const { name, seconds, error } = await (await request('POST', '/settings/test', { wanted: wanted() })).json();
    $('tried').textContent = error ? `✕ ${error}` : `✓ ${words('model_answers', { name, seconds: seconds.toFixed(1) })}`;
    $('tried').className = error ? 'wrong' : 'right';
  } catch (fault) {
    $('tried').textContent = `✕ ${[fault.message, fault.remedy].filter(Boolean).join(': ')}`;
    $('tried').className = 'wrong';
  }
}

export function listen() {
  form().onsubmit = use;
  $('try').onclick = tryOut;
  $('keep-key').onchange = () => { if ($('keep-key').checked) $('keep').checked = true; };
}
