// What readers think of an answer: a case for the benchmarks. The right sentence is chosen in its article.

import { $, announce, element, faultBox, request, toast, words } from './dom.js';
import * as conversations from './conversations.js';

let choosing = null;   // { turn, number }

async function save(turn, number, verdict, more = {}) {
  try {
    const said = { conversation: conversations.name(), number, verdict, ...more };
    const { case: made } = await (await request('POST', '/feedback', said)).json();
    turn.box.querySelector('.verdict')?.remove();
    const given = verdict === 'good' ? 'good' : 'bad';
    for (const act of ['good', 'bad']) turn.box.querySelector(`[data-act=${act}]`).setAttribute('aria-pressed', String(act === given));
    toast(made ? words('case_saved') : words('note_saved'));
  } catch (fault) {
    turn.box.append(faultBox(fault));
  }
}

export const good = (turn, button, number) => button.getAttribute('aria-pressed') === 'true' || save(turn, number, 'good');

/** What is wrong: one of three things, the first of which is chosen in the article. */
export function bad(turn, button, number) {
  if (turn.box.querySelector('.verdict')) return turn.box.querySelector('.verdict').remove();
  const act = (key, onclick) => element('button', { type: 'button', className: 'plain', onclick }, words(key));
  const remark = element('input', { ariaLabel: words('remark'), placeholder: words('remark'), maxLength: 2000 });
  const form = element('form', { onsubmit: event => { event.preventDefault(); save(turn, number, 'wrong', { remark: remark.value }); } },
    remark, element('button', { className: 'plain' }, words('send')));
  const box = element('div', { className: 'verdict', role: 'group', ariaLabel: words('what_is_wrong') },
    element('p', {}, words('what_is_wrong')),
    act('wrong_passage', () => choose(turn, number)),
    act('not_answered', () => save(turn, number, 'unanswerable')),
    form);
  turn.box.append(box);
  box.querySelector('button').focus();
  box.scrollIntoView({ block: 'nearest' });
}

function choose(turn, number) {
  choosing = { turn, number };
  document.body.classList.add('choosing', 'reading');
  $('choosing').hidden = false;
  announce(words('choose_sentence'));
  if (!$('article').dataset.file) turn.box.querySelector('.cite, .closest')?.click();
  reachable();
}

/** Sentences can be reached with the keyboard while one is chosen. */
function reachable() {
  if (!choosing) return;
  for (const sentence of $('article').querySelectorAll('[data-span]')) { sentence.tabIndex = 0; sentence.setAttribute('role', 'button'); }
}

function end() {
  choosing = null;
  document.body.classList.remove('choosing');
  $('choosing').hidden = true;
  for (const sentence of $('article').querySelectorAll('[data-span]')) { sentence.removeAttribute('tabindex'); sentence.removeAttribute('role'); }
}

function pick(event) {
  const sentence = choosing && event.target.closest('[data-span]');
  if (!sentence || (event.type === 'keydown' && event.key !== 'Enter')) return;
  const [start, stop] = sentence.dataset.span.split('-').map(Number);
  const { turn, number } = choosing;
  end();
  save(turn, number, 'passage', { places: [[$('article').dataset.file, start, stop]] });
}

export function listen() {
  $('article').addEventListener('shown', reachable);
  $('article').addEventListener('click', pick);
  $('article').addEventListener('keydown', pick);
  $('choosing-end').onclick = end;
}
