"use strict";
// The list of cases: sorted, filtered and opened. Whatever comes from a run is set as text, never as markup.
const run = JSON.parse(document.getElementById("run").textContent);
const STEP = 100;
const byId = (id) => document.getElementById(id);
const rowsOf = new Map(); // the case's id -> its row in the list, where it is shown
const state = { sort: null, down: false, most: STEP };

// Builds an element: make("p", "soft", "text", child, …); what is no element becomes text.
function make(name, kind, ...inner) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.append(...inner.filter((one) => one !== null && one !== undefined && one !== ""));
  return made;
}

function said(name, kind, text) { // words of articles and questions, in their own direction
  const made = make(name, kind, text);
  made.dir = "auto";
  return made;
}

const swatch = (name) => make("i", "swatch " + run.colours[name]);
const yes = (truth) => (truth ? "yes" : "no");
const figure = (value) => (value === null ? "–" : value.toFixed(3));
const time = (s) => (s === null ? "–" : s < 1 ? Math.round(s * 1000) + " ms" : s.toFixed(2) + " s");
const link = (one) => "#case-" + encodeURIComponent(one.id);

// The list.
const columns = [
  { name: "case", of: (c) => c.id, cell: (c) => make("td", "id", c.id) },
  { name: "question", of: (c) => c.question, cell: question },
  { name: "came out", of: (c) => c.came_out, cell: (c) => make("td", "", make("span", "out", swatch(c.came_out), make("span", "", c.came_out))) },
  { name: "type", of: (c) => c.type, cell: (c) => make("td", "", c.type) },
  { name: "languages", of: (c) => c.languages, cell: (c) => make("td", "", c.languages) },
  ...run.main.map((i) => ({ name: run.measures[i], n: true, of: (c) => c.values[i], cell: (c) => make("td", "n", figure(c.values[i])) })),
  { name: "time", n: true, down: true, of: (c) => c.seconds, cell: (c) => make("td", "n", time(c.seconds)) },
];

function question(one) {
  const button = said("button", "question", one.question);
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  return make("td", "", button);
}

function heads() {
  const row = make("tr");
  columns.forEach((column, i) => {
    const button = make("button", "", column.name);
    button.type = "button";
    button.addEventListener("click", () => { // the worst first: low figures, long times
      state.down = state.sort === i ? !state.down : Boolean(column.down);
      state.sort = i;
      [...row.children].forEach((head, j) => (j === i ? head.setAttribute("aria-sort", state.down ? "descending" : "ascending") : head.removeAttribute("aria-sort")));
      list();
    });
    const head = make("th", column.n ? "n" : "", button);
    head.scope = "col";
    row.append(head);
  });
  byId("list").tHead.append(row);
}

const filters = { "by-outcome": (c) => c.came_out, "by-type": (c) => c.type, "by-languages": (c) => c.languages, "by-answerable": (c) => yes(c.answerable) };

function options() {
  for (const [id, of] of Object.entries(filters)) {
    const counts = new Map();
    run.cases.forEach((c) => counts.set(of(c), (counts.get(of(c)) || 0) + 1));
    [...counts].sort((a, b) => b[1] - a[1]).forEach(([name, n]) => byId(id).append(new Option(name + " (" + n + ")", name)));
  }
}

const words = (c) => [c.id, c.question, ...c.answers, ...c.said.map((s) => s[0]), ...c.excerpts.map((e) => e.file), ...c.whole].join(" ").toLowerCase();

function chosen() {
  const sought = byId("search").value.trim().toLowerCase();
  const wanted = Object.entries(filters).filter(([id]) => byId(id).value !== "");
  const found = run.cases.filter((c) => wanted.every(([id, of]) => of(c) === byId(id).value) && (!sought || (c.words ??= words(c)).includes(sought)));
  if (state.sort === null) return found;
  const of = columns[state.sort].of, sign = state.down ? -1 : 1;
  return found.sort((a, b) => {
    const [x, y] = [of(a), of(b)];
    if (x === null || y === null) return (x === null) - (y === null); // what does not apply comes last, either way
    return sign * (typeof x === "number" ? x - y : x.localeCompare(y, undefined, { numeric: true }));
  });
}

function list() {
  const found = chosen(), body = byId("list").tBodies[0], open = new Set([...rowsOf].filter(([, r]) => r.dataset.open).map(([id]) => id));
  rowsOf.clear();
  body.replaceChildren();
  found.slice(0, state.most).forEach((one) => {
    const row = make("tr", "case", ...columns.map((column) => column.cell(one)));
    row.addEventListener("click", (event) => { if (event.target.closest("button") || !getSelection().toString()) toggle(one); });
    rowsOf.set(one.id, row);
    body.append(row);
    if (open.has(one.id)) toggle(one);
  });
  byId("count").textContent = found.length === run.cases.length ? found.length.toLocaleString("en") + " cases" : found.length.toLocaleString("en") + " of " + run.cases.length.toLocaleString("en") + " cases";
  byId("more").hidden = found.length <= state.most;
}

function toggle(one) {
  const row = rowsOf.get(one.id), button = row.querySelector(".question");
  if (row.dataset.open) {
    delete row.dataset.open;
    row.nextSibling.remove();
  } else {
    row.dataset.open = "yes";
    const cell = make("td", "", detail(one));
    cell.colSpan = columns.length;
    row.after(make("tr", "detail", cell));
    cell.querySelectorAll(".words").forEach((words) => { // each article shows its first mark
      const mark = words.querySelector("mark");
      if (mark) words.scrollTop = mark.offsetTop - words.offsetTop - 48;
    });
  }
  button.setAttribute("aria-expanded", String(Boolean(row.dataset.open)));
}

// One case.
function detail(one) {
  const open = make("div", "open", make("div", "across", ...asked(one)), make("div", "", ...answered(one)), make("div", "", ...articles(one)), make("div", "across", ...search(one), scores(one)));
  open.id = "case-" + one.id;
  open.addEventListener("click", (event) => {
    const cite = event.target.closest(".cite");
    if (cite) show(open, cite.dataset.number);
  });
  return open;
}

function asked(one) {
  const permalink = make("a", "", "link to this case");
  permalink.href = link(one);
  const about = [one.id, one.type, one.languages, one.as_of && "as of " + one.as_of, one.answerable ? "" : "not answerable"].filter(Boolean).join(" · ");
  const why = make("p", "why " + run.colours[one.came_out], make("b", "", one.came_out), one.error || run.meanings[one.came_out]);
  const turns = one.history.map(([before, answer]) => said("p", "turn", before + (answer ? " — " + answer : "")));
  return [turns.length ? section("Before", ...turns) : null, said("h3", "asked", one.question), make("p", "links", about + " · ", permalink), why];
}

const section = (title, ...inner) => make("section", "", make("h3", "", title), ...inner);
const bullets = (some) => make("ul", "", ...some.map((text) => said("li", "", text)));

function cite(number) {
  const button = make("button", "cite", "[" + number + "]");
  button.type = "button";
  button.dataset.number = number;
  button.title = "show citation " + number;
  return button;
}

function claim([text, numbers, support, reasons]) {
  const made = said("p", "", text);
  numbers.forEach((n) => made.append(" ", cite(n)));
  if (support && support !== "supported") made.append(" ", make("span", "support " + support, support + (reasons.length ? ": " + reasons.join("; ") : "")));
  return made;
}

function answered(one) {
  const parts = [];
  if (one.refusal) {
    const near = one.refusal.closest.length ? [make("p", "", "Closest articles:"), bullets(one.refusal.closest)] : [];
    parts.push(section("Refused", make("div", "said", said("p", "refused", one.refusal.reason)), ...near));
  } else if (one.said.length) parts.push(section("Answered", make("div", "said", ...one.said.map(claim))));
  if (one.sure !== null) parts.push(make("p", "note", "Answerability " + one.sure.toFixed(2) + (one.mode ? ", " + one.mode + " mode" : "") + (one.rewritten ? ", searched as: " + one.rewritten : "")));
  if (one.answerable) parts.push(section("Accepted answers", one.answers.length ? bullets(one.answers) : make("p", "note", "none: judged by its evidence")));
  if (one.wrong.length) parts.push(section("Known to be wrong", bullets(one.wrong)));
  if (one.citations.length) parts.push(section("Citations", make("ul", "sources", ...one.citations.map(source))));
  if (one.warnings.length) parts.push(section("Warnings", bullets(one.warnings)));
  return parts;
}

function source([number, title, place, copies]) {
  const also = copies.length ? "; also in " + copies.join(", ") : "";
  return make("li", "", cite(number), " ", make("bdi", "", title), " ", make("bdi", "place", place + also));
}

function articles(one) {
  const key = [["gold", "evidence"], ["cited", "cited"], ["gold cited", "both"]].map(([kind, name]) => make("span", "", make("mark", kind, name)));
  const found = one.excerpts.map((excerpt) => article(excerpt));
  one.whole.forEach((file) => found.push(make("div", "article", make("h4", "", make("bdi", "", file), make("span", "", " · evidence: the whole article")))));
  if (!found.length) return [];
  return [section("In the articles", make("p", "legend", ...key), ...found)];
}

function article(excerpt) {
  const kind = excerpt.gold.length && excerpt.cited.length ? "evidence and cited" : excerpt.gold.length ? "evidence" : "cited";
  const text = said("p", "words");
  excerpt.stretches.forEach(([first, last], i) => {
    if (i || first) text.append(i ? " … " : "… ");
    text.append(...marked(excerpt, first, last));
  });
  text.append(" …");
  text.tabIndex = 0;
  return make("div", "article", make("h4", "", make("bdi", "", excerpt.file), make("span", "", " · " + kind)), text);
}

function marked(excerpt, first, last) { // pieces with the same marks are one
  const parts = [];
  for (let piece = first; piece < last; piece++) {
    const has = ([from, to]) => from <= piece && piece < to;
    const gold = excerpt.gold.some(has), numbers = excerpt.cited.filter(has).map((c) => c[2]);
    const ends = excerpt.cited.filter((c) => c[1] === piece + 1).map((c) => c[2]);
    const kind = [gold ? "gold" : "", numbers.length ? "cited" : ""].join(" ").trim(), key = kind + numbers.join(" ");
    const before = parts.at(-1);
    if (before && before.key === key && !before.ends.length) Object.assign(before, { words: before.words + run.pieces[excerpt.file][piece], ends });
    else parts.push({ key, kind, numbers, ends, words: run.pieces[excerpt.file][piece] });
  }
  return parts.map(({ kind, numbers, ends, words }) => {
    if (!kind) return words;
    const made = make("mark", kind, words, ...ends.map((n) => make("sup", "", "[" + n + "]")));
    made.dataset.numbers = numbers.join(" ");
    made.title = [kind.startsWith("gold") ? "evidence" : "", numbers.length ? "cited as " + numbers.map((n) => "[" + n + "]").join(" ") : ""].filter(Boolean).join(", ");
    return made;
  });
}

function show(open, number) { // the citation's words, where they stand
  const marks = [...open.querySelectorAll("mark[data-numbers]")].filter((m) => m.dataset.numbers.split(" ").includes(number));
  if (!marks.length) return;
  marks[0].scrollIntoView({ block: "center" });
  marks.forEach((m) => m.classList.add("flash"));
  setTimeout(() => marks.forEach((m) => m.classList.remove("flash")), 1600);
}

function table(kind, names, rows) {
  const head = make("tr", "", ...names.map(([name, cls]) => make("th", cls, name)));
  return make("table", kind, make("thead", "", head), make("tbody", "", ...rows));
}

function search(one) {
  const parts = [];
  if (one.trace.length) {
    const rows = one.trace.map(([file, indexed, ...ranks]) => make("tr", "", make("td", "", make("bdi", "", file)), make("td", "n", yes(indexed)), ...ranks.map((r) => make("td", "n", r === null ? "–" : String(r)))));
    parts.push(section("Where the evidence stood", table("trace", [["evidence", ""], ["indexed", "n"], ["dense", "n"], ["lexical", "n"], ["fused", "n"]], rows)));
  }
  if (one.hits.length) {
    const names = [["rank", ""], ["passage", ""], ["evidence", "n"], ["score", "n"], ...run.parts.map((name) => [name, "n part"])];
    parts.push(section("What was found", table("hits", names, one.hits.map(hit))));
  }
  return parts;
}

function hit([rank, passage, gold, score, ...parts]) {
  const [file, start, end, opening] = run.passages[passage];
  const place = make("td", "", make("bdi", "", file), " " + start + "–" + end, opening ? said("small", "", opening + "…") : null);
  const number = (value, kind) => make("td", kind, value === null ? "–" : value.toFixed(3));
  return make("tr", "", make("td", "", String(rank)), place, make("td", gold ? "n yes" : "n", gold ? "yes" : "–"), number(score, "n"), ...parts.map((p) => number(p, "n part")));
}

function scores(one) {
  const known = run.measures.map((name, i) => [name, one.values[i]]).filter(([, value]) => value !== null);
  if (!known.length) return null;
  return section("Scores", make("dl", "numbers", ...known.map(([name, value]) => make("div", "", make("dt", "", name), make("dd", "", figure(value))))));
}

// Where to go.
function visit() {
  let id;
  try { id = decodeURIComponent(location.hash); } catch { return; }
  const one = id.startsWith("#case-") && run.cases.find((c) => "#case-" + c.id === id);
  if (!one) return;
  if (!rowsOf.has(one.id)) {
    clear();
    state.most = Math.max(state.most, 1 + run.cases.indexOf(one));
    state.sort = null;
    list();
  }
  if (!rowsOf.get(one.id).dataset.open) toggle(one);
  rowsOf.get(one.id).scrollIntoView({ block: "start" });
}

function clear() { ["search", ...Object.keys(filters)].forEach((id) => { byId(id).value = ""; }); }

function narrow() { state.most = STEP; list(); }

byId("search").addEventListener("input", narrow);
Object.keys(filters).forEach((id) => byId(id).addEventListener("change", narrow));
byId("clear").addEventListener("click", () => { clear(); narrow(); });
byId("clear").form.addEventListener("submit", (event) => event.preventDefault());
byId("more").addEventListener("click", () => { state.most += STEP; list(); });
document.addEventListener("click", (event) => { // a cause or a kind of case, clicked: these cases
  const wanted = event.target.closest("[data-filter]");
  if (!wanted) return;
  clear();
  byId(wanted.dataset.filter).value = wanted.dataset.value;
  narrow();
});
addEventListener("hashchange", visit);
heads();
options();
list();
visit();
