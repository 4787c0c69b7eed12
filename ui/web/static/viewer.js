// The article beside the answer: opened at the cited sentence, with the other citations of the answer to step through.

import { $, announce, copy, faultBox, getHtml, words } from './dom.js';

const narrow = matchMedia('(max-width: 899px)');
let open = null;          // { turn, sources, at, opener }
let sought = 0;           // the newest request wins

const sourcesOf = turn => [...turn.querySelectorAll('.source')];

/** Open the source with number `n` of a turn; `opener` gets the focus back. */
export function openSource(turn, n, opener, { focus = true } = {}) {
  const sources = sourcesOf(turn);
  const at = sources.findIndex(source => source.dataset.n === String(n));
  if (at >= 0) show({ turn, sources, at, opener }, focus);
}

/** Open an article at its beginning. */
export function openArticle(file, opener) {
  show({ turn: null, sources: [], at: -1, opener, file }, true);
}

export const isNarrow = () => narrow.matches;
export const isOpen = () => Boolean(open);

/** A turn whose source is open has new HTML, with the same sources and perhaps more. */
export function renewed(turn) {
  if (open?.turn !== turn) return;
  open.sources = sourcesOf(turn);
  mark();
}

async function show(wanted, focus) {
  open = wanted;
  const mine = ++sought;
  document.body.classList.add('reading');
  mark();
  const article = $('article');
  try {
    const html = await getHtml(address());
    if (mine !== sought) return;
    article.innerHTML = html;
    $('head').replaceChildren(article.querySelector('.article-head'));
    article.dataset.file = open.sources[open.at]?.dataset.file ?? open.file;
    article.dispatchEvent(new CustomEvent('shown'));
    settle(focus);
  } catch (fault) {
    if (mine !== sought) return;
    $('head').replaceChildren();
    article.replaceChildren(faultBox(fault, () => show(wanted, focus)));
  }
}

function settle(focus) {
  const article = $('article');
  const sentence = $('cited-sentence');
  article.scrollTop = 0;
  if (sentence) center(sentence);
  if (focus) article.focus({ preventScroll: true });
  if (focus && sentence) announce(`${$('article-title').textContent}. ${sentence.textContent}`);
}

/** Scroll only the article, and only it: the page itself must not move. */
function center(sentence) {
  const article = $('article');
  const there = sentence.getBoundingClientRect(), here = article.getBoundingClientRect();
  article.scrollTop += there.top - here.top - Math.max(0, (here.height - there.height) * 0.3);
}

function address(path = '/article', extra = {}) {
  const source = open.sources[open.at];
  if (!source) return `${path}?${new URLSearchParams({ file: open.file, ...extra })}`;
  const { file, start, end, also = '', n } = source.dataset;
  const cited = open.sources.filter(s => s.dataset.file === file).map(s => `${s.dataset.start}-${s.dataset.end}`).join(',');
  return `${path}?${new URLSearchParams({ file, at: `${start}-${end}`, cited, also, n, ...extra })}`;
}

function mark() {
  const { sources, at, turn } = open;
  document.querySelectorAll('.cite.open, .source.open').forEach(e => { e.classList.remove('open'); e.removeAttribute('aria-current'); });
  turn?.querySelectorAll(`[data-act="cite"][data-n="${sources[at].dataset.n}"]`).forEach(e => { e.classList.add('open'); e.setAttribute('aria-current', 'true'); });
  $('place').textContent = sources.length ? words('place', { n: at + 1, of: sources.length }) : '';
  $('previous').disabled = at <= 0;
  $('next').disabled = at < 0 || at >= sources.length - 1;
}

export function step(by) {
  const at = open ? open.at + by : -1;
  if (open?.sources[at]) show({ ...open, at }, false);
}

export function close({ focus = true } = {}) {
  if (!open) return;
  const { opener } = open;
  open = null;
  sought++;
  document.body.classList.remove('reading');
  document.querySelectorAll('.cite.open, .source.open').forEach(e => { e.classList.remove('open'); e.removeAttribute('aria-current'); });
  $('article').replaceChildren(Object.assign(document.createElement('p'), { className: 'empty', textContent: words('no_article') }));
  delete $('article').dataset.file;
  $('place').textContent = '';
  $('previous').disabled = $('next').disabled = true;
  $('head').replaceChildren();
  if (focus && opener?.isConnected) opener.focus();
}

/** Put the stretch before or after what is shown in the place of its button; what is read stays where it is. */
async function more(button) {
  if (!open || button.disabled) return;
  button.disabled = true;
  const { from, to, which } = button.dataset;
  const html = await getHtml(address('/article/part', { from, to }));
  const article = $('article');
  const bottom = article.scrollHeight - article.scrollTop;
  const part = document.createElement('template');
  part.innerHTML = html;
  const other = which === 'earlier' ? 'later' : 'earlier';
  part.content.querySelector(`.more[data-which="${other}"]`)?.remove();
  button.replaceWith(part.content);
  if (which === 'earlier') article.scrollTop = article.scrollHeight - bottom;
}

export function listen() {
  $('previous').onclick = () => step(-1);
  $('next').onclick = () => step(1);
  $('close').onclick = () => close();
  $('previous').disabled = $('next').disabled = true;
  $('viewer').addEventListener('click', event => {
    const button = event.target.closest('[data-act]');
    if (button?.dataset.act === 'more') more(button);
    if (button?.dataset.act === 'copy-text') copy(button.dataset.text);
    if (button?.dataset.act === 'article') openArticle(button.dataset.file, open?.opener);
  });
  $('viewer').addEventListener('keydown', event => {
    if (event.target.matches('input, textarea, select')) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && !event.altKey && !event.ctrlKey && !event.metaKey) { event.preventDefault(); step(by); }
  });
  document.addEventListener('keydown', event => { if (event.key === 'Escape' && open) close(); });
}
