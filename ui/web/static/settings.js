// Settings: what answers and how. The key goes to the server and never comes back.

import { $, copy, element, faultBox, getJson, icon, request, toast, words } from './dom.js';

const NUMBERS = ['hits', 'sentences', 'wrongly_refused'];
const form = () => $('choose');
let tries = 0;   // only the newest is told of

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
      element('button', { type: 'button', className: 'quiet', title: words('copy_command'), ariaLabel: `${words('copy_command')}: ${command}`, onclick: () => copy(command) }, icon('copy'))))));
}

function fillIn(values) {
  for (const [name, value] of Object.entries(values)) form().elements[name].value = value;
  if (form().elements.mode.value === 'quotes') form().elements.mode.value = 'auto';
  tell('');
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
  tell('');
  try {
    fill(await (await request('POST', '/settings', { wanted: wanted(), keep: $('keep').checked, keep_key: $('keep-key').checked })).json());
    toast(words('settings_used'));
  } catch (fault) {
    $('settings-fault').replaceChildren(faultBox(fault));
  }
}

/** What is said of the newest try; nothing as soon as something else is filled in. */
function tell(said, kind = '') {
  $('tried').textContent = said;
  $('tried').className = kind;
  return ++tries;
}

async function tryOut() {
  const mine = tell(words('trying'));
  const last = (...said) => { if (mine === tries) tell(...said); };
  try {
    const { name, seconds, error } = await (await request('POST', '/settings/test', { wanted: wanted() })).json();
    if (error) last(`✕ ${error}`, 'wrong');
    else last(`✓ ${words('model_answers', { name, seconds: seconds.toFixed(1) })}`, 'right');
  } catch (fault) {
    last(`✕ ${[fault.message, fault.remedy].filter(Boolean).join(': ')}`, 'wrong');
  }
}

/** Something was filled in: an address takes the place of a file, and a file that of an address. */
function filledIn({ target }) {
  tell('');
  const { llm, llm_url, llm_model } = form().elements;
  if (target === llm_url) llm.value = '';
  if (target === llm) llm_url.value = llm_model.value = '';
}

export function listen() {
  form().onsubmit = use;
  form().oninput = filledIn;
  $('try').onclick = tryOut;
  $('keep-key').onchange = () => { if ($('keep-key').checked) $('keep').checked = true; };
}
