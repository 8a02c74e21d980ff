// A clock made of what counts while time passes: stamps of events, files and marks, and of answers.
async function execute() {
  const found = [];
  const look = (name, value) => { if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)) found.push(`${name} ${value}`); };
  const controller = new AbortController();
  for (let round = 0; round < 50; round++) {
    look('now', performance.now());
    look('origin', performance.timeOrigin);
    look('event', new Event('x').timeStamp);
    look('custom', new CustomEvent('x').timeStamp);
    look('file', new File([], 'x').lastModified);
    look('mark', performance.mark?.('x')?.startTime);
    look('measure', performance.measure?.('y', { start: 0 })?.duration);
    look('date', Date.now());
    look('made', +new Date());
    look('json', performance.toJSON?.().timeOrigin);
    look('instant', Number(globalThis.Temporal?.Now.instant().epochNanoseconds ?? 0) / 1e6);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const target = new EventTarget();
  target.addEventListener('x', ({ timeStamp }) => look('dispatched', timeStamp));
  target.dispatchEvent(new Event('x'));
  controller.signal.addEventListener('abort', ({ timeStamp }) => look('abort', timeStamp));
  controller.abort();
  const { port1, port2 } = typeof MessageChannel === 'undefined' ? {} : new MessageChannel();
  if (port1 !== undefined) {
    const heard = new Promise((resolve) => (port1.onmessage = ({ timeStamp }) => resolve(look('message', timeStamp))));
    port2.postMessage(1);
    await heard;
    port1.close();
  }
  return found;
}
