// Bodies in pieces of one byte, of requests that no network is there for.
const body = () =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < 500; at++) controller.enqueue(new Uint8Array(1));
    },
  });
const headers = { 'x-long': 'x'.repeat(3_000) };
const asked = Array.from({ length: 100 }, () =>
  fetch('http://127.0.0.1:1/', { method: 'POST', duplex: 'half', headers, body: body() }),
);
const answers = await Promise.allSettled(asked);
return answers.every(({ status }) => status === 'rejected');
