// The page comes to life: the question field, the sections, and what the library is doing.

import { $, counted, element, faultBox, getJson, words } from './dom.js';
import * as benchmarks from './benchmarks.js';
import * as conversations from './conversations.js';
import * as library from './library.js';
import * as feedback from './feedback.js';
import * as filters from './filters.js';
import * as settings from './settings.js';
import * as thread from './thread.js';
import * as viewer from './viewer.js';

const SECTIONS = ['ask', 'library', 'benchmarks', 'settings'];
const QUICK = 1000, SLOW = 5000;   // milliseconds between looks at the library
let generation = -1;
let suggested = false;
let waiting;

function section() {
  const wanted = SECTIONS.find(name => location.hash === `#${name}`) || 'ask';
  for (const name of SECTIONS) {
    $(name).hidden = name !== wanted;
    const link = document.querySelector(`nav a[href="#${name}"]`);
    if (name === wanted) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
  }
  document.body.dataset.section = wanted;
  if (wanted === 'library') library.show();
  if (wanted === 'settings') settings.show();
  if (wanted === 'benchmarks') benchmarks.show();
}

function grow() {
  const field = $('question');
  field.style.height = 'auto';
  field.style.height = `${Math.min(field.scrollHeight, innerHeight * 0.4)}px`;
}

function send(event) {
  event.preventDefault();
  const field = $('question');
  const question = field.value, { number, alone } = field.dataset;
  if (!question.trim() || document.body.classList.contains('asking')) return;
  field.value = '';
  delete field.dataset.number;
  delete field.dataset.alone;
  grow();
  thread.ask(question, { ...(number ? { number: Number(number) } : {}), alone: alone === 'yes' });
}

async function look() {
  let next = SLOW;
  try {
    const state = await getJson('/state');
    const busy = !state.ready || (state.job && !state.job.finished);
    if (busy) next = QUICK;
    tell(state);
    const changed = state.ready && state.generation !== generation;
    generation = state.ready ? state.generation : generation;
    library.tell(state, changed);
    if (!busy && (changed || !suggested)) suggest();   // there are none while the server makes them for somebody else
  } catch (fault) {
    $('state').textContent = fault.message;
  }
  clearTimeout(waiting);
  waiting = setTimeout(look, next);
}

function tell({ ready, fault, job, articles }) {
  const reading = job && !job.finished;
  $('state').textContent = fault ? fault.error
    : !ready ? words('opening')
    : reading ? words('indexing', { done: job.done, total: job.total || '…' })
    : counted('articles', { n: articles });
  $('state').classList.toggle('busy', Boolean(!fault && (!ready || reading)));
  if (fault && !document.querySelector('#welcome .fault')) $('welcome').append(faultBox({ message: fault.error, remedy: fault.remedy }));
}

async function suggest() {
  const found = await getJson('/suggestions');
  suggested = found.length > 0;
  $('suggestions').replaceChildren(...found.map(question => element('li', {},
    element('button', { type: 'button', className: 'suggestion', dir: 'auto', onclick: () => thread.ask(question) }, question))));
}

conversations.listen(thread.open);
filters.listen();
benchmarks.listen();
feedback.listen();
library.listen(look);
settings.listen();
thread.listen();
viewer.listen();
$('composer').onsubmit = send;
$('question').oninput = grow;
$('question').onkeydown = event => { if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event); };
document.addEventListener('keydown', event => {
  if (event.key === '/' && !event.target.matches('input, textarea, select')) { event.preventDefault(); $('question').focus(); }
});
addEventListener('hashchange', section);
section();
conversations.refresh();
look();
$('question').focus();
