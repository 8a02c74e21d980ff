// Answers that break the protocol: whoever parses them must neither fall nor hand on more than one answer.
const { site } = params.targets;
const kinds = ['prototype keys', 'two lengths', 'length and chunks', 'a negative length', 'a second answer', 'no version', 'another protocol', 'HTTP/0.9 and more', 'status 999', 'switching protocols', 'early hints', 'a long head', 'a long line', 'folded lines', 'a NUL', 'a lone feed', 'a lie about gzip', 'many encodings', 'a chunk without end', 'chunk extensions', 'trailers'];
const told = {};
for (const kind of kinds) {
  try {
    const answer = await fetch(`http://127.0.0.1:${site}/raw?kind=${encodeURIComponent(kind)}`, { signal: AbortSignal.timeout(300) });
    told[kind] = [answer.status, [...answer.headers.keys()].filter((name) => name !== 'date').join(), (await answer.text()).slice(0, 20)].join('|');
  } catch {
    told[kind] = 'failed';
  }
}
return { told, after: (await fetch(`http://127.0.0.1:${site}/`)).status, polluted: typeof {}.x };
