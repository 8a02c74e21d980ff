// Memory by the objects of the platform, whose insides are not plain arrays.
const kinds = {
  headers: () => { const all = new Headers(); for (let at = 0; ; at++) all.append(`h${at}`, 'x'.repeat(100)); },
  forms: () => { const all = new FormData(); for (let at = 0; ; at++) all.append('a', new File(['x'.repeat(1_000)], `${at}`)); },
  blobs: () => { let blob = new Blob(['x'.repeat(1_000)]); for (;;) blob = new Blob([blob, blob]); },
  signals: () => { let { signal } = new AbortController(); for (;;) signal = AbortSignal.any([signal, new AbortController().signal]); },
  listeners: () => { const target = new EventTarget(); for (;;) target.addEventListener('x', () => target); },
  searches: () => { const all = new URLSearchParams(); for (let at = 0; ; at++) all.append('a', `${at}`); },
  ports: () => { const all = []; for (;;) all.push(new MessageChannel()); },
  decoders: () => { const decoder = new TextDecoder(); let text = ''; for (;;) text += decoder.decode(new Uint8Array(65_536).fill(65), { stream: true }); },
  responses: () => { const all = []; for (;;) all.push(new Response('x'.repeat(10_000)).clone()); },
  microtasks: () => { for (;;) queueMicrotask(() => 0); },
};
kinds[params.kind]();
