// The conversation: questions asked, claims as they come, the whole answer, and what can be done with it.

import { $, announce, copy, element, faultBox, getJson, request, words } from './dom.js';
import { ask as stream } from './stream.js';
import * as conversations from './conversations.js';
import * as feedback from './feedback.js';
import * as filters from './filters.js';
import * as viewer from './viewer.js';

const turns = [];        // { box, asked, answer }
let running = '';        // the name under which the answer that is given now can be stopped
let over;                // settled when the last question asked has its answer, or failed

/** Ask a question as turn `number`, the next unless it replaces an earlier one. */
export async function ask(question, { number = turns.length, dates = true, outlets = true, alone = false, chosen = filters.filters() } = {}) {
  if (running || !question.trim()) return;
  for (const gone of turns.splice(number)) gone.box.remove();
  const turn = { box: pending(number, question), asked: { question, dates, outlets, alone, filters: chosen } };
  turns.push(turn);
  $('welcome').hidden = true;
  $('thread').append(turn.box);
  turn.box.scrollIntoView({ block: 'start' });
  viewer.close({ focus: false });
  busy(crypto.randomUUID());
  const sent = { question, number, dates, outlets, alone, filters: chosen, conversation: conversations.name(), stop: running };
  over = stream(sent, told => hear(turn, told)).catch(fault => failed(turn, fault)).finally(() => busy(''));
  await over;
}

function pending(number, question) {
  const box = element('article', { className: 'turn pending', id: `turn-${number}`, ariaBusy: 'true', dataset: { number } });
  box.append(
    element('div', { className: 'question' }, element('h2', { dir: 'auto' }, question)),
    element('div', { className: 'searched-so-far' }),
    element('div', { className: 'said-so-far' }),
    element('p', { className: 'waiting' }, words('searching')));
  return box;
}

function hear(turn, told) {
  if (!turns.includes(turn)) return;   // another conversation is shown by now
  if (told.searched !== undefined) turn.box.querySelector('.searched-so-far').innerHTML = told.searched;
  if (told.said) {
    fill(turn.box, turn.box.querySelector('.said-so-far'), told.said);
    turn.box.querySelector('.waiting').textContent = words('writing');
  }
  if (told.status) turn.box.querySelector('.waiting').textContent = told.status;
  if (told.error) failed(turn, Object.assign(new Error(told.error), { remedy: told.remedy }));
  if (told.turn) finished(turn, told);
}

function finished(turn, told) {
  Object.assign(turn, { answer: told.answer });
  fill(turn.box, turn.box, told.turn);
  ready(turn.box);
  if (!conversations.name() && told.conversation) conversations.setCurrent(told.conversation);
  conversations.refresh();
  const count = told.answer.citations.length;
  announce(told.answer.refused ? turn.box.querySelector('.refusal p').textContent : words('answered', { claims: told.answer.claims.length, sources: count }));
  if (count && !viewer.isNarrow() && !viewer.isOpen()) viewer.openSource(turn.box, told.answer.citations[0].number, null, { focus: false });
}

const answerButtons = box => [...box.querySelectorAll('.claims button, .sources button')];

/** Put HTML in a part of a turn. A button of the answer that has the focus keeps it, an open source stays marked. */
function fill(box, part, html) {
  const at = answerButtons(box).indexOf(document.activeElement);
  const { n } = document.activeElement.dataset, source = document.activeElement.closest('.sources');
  part.innerHTML = html;
  if (at >= 0) (source ? box.querySelector(`.sources [data-n="${n}"]`) : answerButtons(box)[at])?.focus({ preventScroll: true });
  viewer.renewed(box);
}

function ready(box) {
  box.classList.remove('pending');
  box.removeAttribute('aria-busy');
}

function failed(turn, fault) {
  if (!turns.includes(turn)) return;
  turn.box.querySelector('.waiting')?.remove();
  ready(turn.box);
  turn.box.append(faultBox(fault, () => again(turns.indexOf(turn))));
}

function busy(name) {
  running = name;
  $('stop').hidden = !name;
  $('send').hidden = Boolean(name);
  document.body.classList.toggle('asking', Boolean(name));
}

async function again(number, changed = {}) {
  const { asked } = turns[number];
  if (running) await ended();
  return ask(changed.question ?? asked.question, { number, dates: asked.dates, outlets: asked.outlets, alone: asked.alone, chosen: asked.filters, ...changed });
}

/** Put a question into the field, to be asked in place of its turn. */
function edit(number, text, alone) {
  $('question').value = text;
  $('question').dataset.number = number;
  $('question').dataset.alone = alone ? 'yes' : '';
  $('question').dispatchEvent(new Event('input'));
  $('question').focus();
  filters.setFilters(turns[number].asked.filters);
}

const ACTS = {
  cite: (turn, button) => viewer.openSource(turn.box, button.dataset.n, button),
  article: (_, button) => viewer.openArticle(button.dataset.file, button),
  copy: turn => copy(plain(turn.answer)),
  good: feedback.good,
  bad: feedback.bad,
  retry: (_, __, number) => again(number),
  edit: (turn, _, number) => edit(number, turn.asked.question, false),
  'edit-rewritten': (_, button, number) => edit(number, button.dataset.text, true),
  unfilter(turn, { dataset: { filter, value } }, number) {
    const read = { dates: { dates: false }, named: { outlets: false } }[filter];   // in the question's words
    const changed = read ?? { chosen: filters.without(turn.asked.filters, filter, value) };
    if (changed.chosen) filters.setFilters(changed.chosen);
    again(number, changed);
  },
};

/** A reason that an edge of the conversation would cut off is moved inside. */
function show({ target }) {
  const reason = target.closest('.support')?.nextElementSibling;
  if (!reason) return;
  reason.style.translate = 'none';
  const there = reason.getBoundingClientRect(), room = $('thread').getBoundingClientRect();
  reason.style.translate = `${Math.max(0, room.left + 8 - there.left) - Math.max(0, there.right + 8 - room.right)}px`;
}

/** An answer as text: what was said with its marks, and where it stands. */
function plain(answer) {
  const sources = answer.citations.map(c => `[${c.number}] ${[c.title, c.outlet, c.date].filter(Boolean).join(', ')} ${c.uri}`);
  return [answer.answer, '', ...sources].join('\n').trim();
}

/** Show a kept conversation, or an empty page. */
export async function open(id) {
  if (running) await ended();
  const kept = id ? (await getJson(`/conversations/${encodeURIComponent(id)}`)).turns : [];   // from here on nothing comes in between
  location.hash = '#ask';
  conversations.setCurrent(id);
  for (const gone of turns.splice(0)) gone.box.remove();
  viewer.close({ focus: false });
  document.body.classList.remove('listing');
  $('menu').setAttribute('aria-expanded', 'false');
  delete $('question').dataset.number;
  delete $('question').dataset.alone;
  for (const { html, asked, answer } of kept) {
    const box = element('article', { className: 'turn', id: `turn-${turns.length}`, dataset: { number: turns.length } });
    box.innerHTML = html;
    turns.push({ box, answer, asked: { question: answer.question, ...asked } });
    $('thread').append(box);
  }
  $('welcome').hidden = turns.length > 0;
  turns.at(-1)?.box.scrollIntoView({ block: 'start' });
  $('question').focus();
}

async function stop() {
  await request('POST', '/stop', { name: running });
}

/** Stop, and wait until what was said so far is kept. */
async function ended() {
  await stop();
  await over;
}

export function listen() {
  $('stop').onclick = stop;
  for (const pointed of ['pointerover', 'focusin']) $('thread').addEventListener(pointed, show);
  $('thread').addEventListener('click', event => {
    const button = event.target.closest('button[data-act]');
    const box = button?.closest('.turn');
    if (!box) return;
    const number = turns.findIndex(turn => turn.box === box);
    ACTS[button.dataset.act]?.(turns[number], button, number);
  });
}
