// The library: what is indexed, found and filtered; files are added by choosing or dropping them, and each refusal has its reason.

import { $, counted, element, faultBox, getHtml, getJson, offer, request, toast, words } from './dom.js';
import * as viewer from './viewer.js';

let at = 0;
let filled = false;
let over;   // the number of the newest work that is over, 0 while some is done
let begun = () => {};

export async function show() {
  const chosen = { words: $('find-article').value, outlet: $('library-outlet').value, language: $('library-language').value, at };
  const found = await getJson(`/library/articles?${new URLSearchParams(chosen)}`);
  $('articles').innerHTML = found.html;
  $('library-count').textContent = counted('articles', { n: found.total });
  $('pages').textContent = found.pages > 1 ? words('place', { n: at + 1, of: found.pages }) : '';
  $('page-before').disabled = at === 0;
  $('page-after').disabled = at >= found.pages - 1;
  $('adding').hidden = !found.mayChange;
  if (!filled) fill();
}

async function fill() {
  filled = true;
  const known = await getJson('/library/facets');
  offer($('library-outlet'), 'outlets', known.outlets);
  offer($('library-language'), 'languages', known.languages);
}

/** What the server says of its work, looked at all the time. */
export async function tell({ job }, changed) {
  const running = Boolean(job && !job.finished);
  $('indexing').hidden = !running;
  if (running) {
    $('indexing-bar').max = job.total || 1;
    $('indexing-bar').value = job.done;
    $('indexing-said').textContent = words('indexing', { done: job.done, total: job.total || '…' });
  }
  const before = over;
  over = job?.finished ? job.number : 0;
  if (over && over !== before && (before !== undefined || job.fault)) report(job);   // what was over before the page was opened is no news
  if (changed || over !== before) {
    filled = false;
    if (!$('library').hidden) show();
  }
}

async function report({ fault }) {
  if (fault) $('report').replaceChildren(faultBox({ message: fault }));
  else $('report').innerHTML = await getHtml('/library/report');
}

async function start(url, body) {
  await request('POST', url, body);
  begun();
}

async function upload(files) {
  const refused = [];
  let done = 0;
  $('sending').hidden = false;
  for (const [name, file] of files) {
    $('sending-bar').max = files.length;
    $('sending-bar').value = done;
    $('sending-said').textContent = words('sending', { done, total: files.length });
    try {
      if (file.size > 50 * 2 ** 20) throw new Error(words('too_large'));
      await request('PUT', `/library/file?${new URLSearchParams({ name })}`, undefined, { body: file });
      done += 1;
    } catch (fault) {
      const told = [fault.message, fault.remedy].filter(Boolean).join(': ');
      refused.push(element('li', {}, element('b', { dir: 'auto' }, name), told.startsWith(name) ? told.slice(name.length) : `: ${told}`));
    }
  }
  $('sending').hidden = true;
  $('refused').replaceChildren(...refused);
  if (done) await start('/library/uploaded', {});
}

/** Files and the files of folders, with their paths, of what was dropped. */
async function dropped(items) {
  const found = [];
  const walk = async (entry, path) => {
    if (entry.isFile) found.push([path + entry.name, await new Promise((take, fail) => entry.file(take, fail))]);
    else {
      const reader = entry.createReader();
      for (let some; (some = await new Promise((take, fail) => reader.readEntries(take, fail))).length;) {
        for (const inside of some) await walk(inside, `${path}${entry.name}/`);
      }
    }
  };
  for (const entry of [...items].map(item => item.webkitGetAsEntry()).filter(Boolean)) await walk(entry, '');
  return found;
}

/** Something is done to the library: what is said of what was done before it goes. */
const tried = work => async event => {
  event.preventDefault();
  $('report').replaceChildren();
  $('refused').replaceChildren();
  try { await work(event); } catch (fault) { $('report').replaceChildren(faultBox(fault)); }
};

/** `look` is called when there is something new to be seen of the library. */
export function listen(look) {
  begun = look;
  let waiting;
  const again = () => { at = 0; clearTimeout(waiting); waiting = setTimeout(show, 200); };
  for (const id of ['find-article', 'library-outlet', 'library-language']) $(id).oninput = again;
  $('page-before').onclick = () => { at -= 1; show(); };
  $('page-after').onclick = () => { at += 1; show(); };
  $('choose-files').onchange = $('choose-folder').onchange = tried(event =>
    upload([...event.target.files].map(file => [file.webkitRelativePath || file.name, file])));
  $('add-path').onsubmit = tried(() => start('/library/folder', { path: $('path').value }));
  $('refresh').onclick = tried(() => start('/library/refresh', {}));
  const remove = tried(async ({ target }) => {
    await request('POST', '/library/remove', { files: [target.closest('[data-act]').dataset.file] });
    toast(words('removed'));
    show();
  });
  $('articles').onclick = event => {
    const { act, file } = event.target.closest('[data-act]')?.dataset ?? {};
    if (act === 'article') { location.hash = '#ask'; viewer.openArticle(file, null); }
    if (act === 'remove' && confirm(words('remove_sure', { name: file }))) remove(event);
  };
  document.addEventListener('dragover', event => { if (event.dataTransfer.types.includes('Files')) { event.preventDefault(); document.body.classList.add('dragging'); } });
  document.addEventListener('dragleave', event => { if (!event.relatedTarget) document.body.classList.remove('dragging'); });
  document.addEventListener('drop', tried(async event => {
    document.body.classList.remove('dragging');
    const given = dropped(event.dataTransfer.items);
    location.hash = '#library';
    await upload(await given);
  }));
}
