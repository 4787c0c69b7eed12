// A question through Gradio's queue: joined with a POST, told as server-sent events.

import { Refused, request, words } from './dom.js';

/** Ask, and call `hear` with each thing that is told; ends when everything was said. */
export async function ask(question, hear) {
  const joined = await (await request('POST', '/gradio_api/call/ask', { data: [question] })).json();
  const response = await request('GET', `/gradio_api/call/ask/${encodeURIComponent(joined.event_id)}`);
  let whole = false;
  for await (const { event, data } of events(response.body)) {
    if (event === 'generating') hear(data[0]);
    if (event === 'error') throw new Refused(words('broken'), words('broken_remedy'));
    if (event === 'complete') whole = true;
  }
  if (!whole) throw new Refused(words('unreachable'), words('unreachable_remedy'));
}

/** Server-sent events as the WHATWG standard has them, as far as Gradio uses it. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    const parts = rest.split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      const fields = Object.fromEntries(part.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
      yield { event: fields.event, data: JSON.parse(fields.data || 'null') };
    }
  }
}
