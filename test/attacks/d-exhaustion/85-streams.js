// Streams that are copied and never read, and that make more whenever somebody looks.
const endless = () => new ReadableStream({ pull(controller) { controller.enqueue(new Uint8Array(65_536)); } });
const kept = [];
for (;;) {
  const [one, other] = endless().tee();
  kept.push(other);
  const reader = one.pipeThrough(new TransformStream({}, { highWaterMark: Infinity }, { highWaterMark: Infinity })).getReader();
  for (let count = 0; count < 100; count++) await reader.read();
}
