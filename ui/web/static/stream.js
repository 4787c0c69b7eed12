// A question, and what is told of its answer: one JSON object a line.

import { Refused, request, words } from './dom.js';

/** Ask, and call `hear` with each thing that is told; ends with the last of them, the connection may end later. */
export async function ask(question, hear) {
  const response = await request('POST', '/ask', question);
  for await (const told of objects(response.body)) {
    hear(told);
    if (told.turn || told.error) return;
  }
  throw new Refused(words('broken'), words('broken_remedy'));
}

async function* objects(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await read(reader);
      if (done) return;
      const lines = (rest + value).split('\n');
      rest = lines.pop();
      for (const line of lines) yield JSON.parse(line);
    }
  } finally {
    reader.cancel().catch(() => {});   // whoever needs no more of it frees the connection
  }
}

/** The next piece; a connection that is lost is said in words. */
async function read(reader) {
  try {
    return await reader.read();
  } catch {
    throw new Refused(words('unreachable'), words('unreachable_remedy'));
  }
}
