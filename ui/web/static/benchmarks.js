// Benchmarks: the runs in the home, the report of one, two beside each other, and the cases that readers made.

import { $, counted, element, faultBox, getHtml, getJson, words } from './dom.js';

export async function show() {
  try {
    const { runs, cases, file, command } = await getJson('/runs');
    $('runs').replaceChildren(...runs.map(row));
    $('no-runs').hidden = runs.length > 0;
    $('run-command').textContent = command;
    $('runs').closest('.wide-table').hidden = !runs.length;
    $('compare').hidden = runs.length < 2;
    for (const id of ['base', 'other']) $(id).replaceChildren(...runs.map(run => element('option', {}, run.name)));
    if (runs.length > 1) $('base').selectedIndex = 1;
    $('feedback-cases').hidden = !cases;
    $('feedback-said').textContent = cases ? counted('cases_made', { n: cases, file }) : '';
  } catch (fault) {
    $('comparison').replaceChildren(faultBox(fault));
  }
}

const row = run => element('tr', {},
  element('th', { scope: 'row' }, element('a', { href: `/runs/report?${new URLSearchParams({ name: run.name })}`, target: '_blank', rel: 'noopener' }, run.name)),
  element('td', {}, new Date(run.changed * 1000).toLocaleString(document.documentElement.lang)),
  element('td', { className: 'number' }, `${(run.bytes / 1024).toFixed(0)} KB`));

async function compare(event) {
  event.preventDefault();
  $('comparison').textContent = words('trying');
  try {
    const text = await getHtml(`/runs/compare?${new URLSearchParams({ base: $('base').value, other: $('other').value })}`);
    $('comparison').replaceChildren(element('pre', { tabIndex: 0 }, text));
  } catch (fault) {
    $('comparison').replaceChildren(faultBox(fault));
  }
}

export function listen() {
  $('compare').onsubmit = compare;
}
