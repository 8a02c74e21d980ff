// What timers, events, abort signals and microtasks hand to their callbacks, and return.
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const look = function () { bag.take(this, arguments, ...arguments, new.target); };
  bag.take(setTimeout(look, 0, {}), setInterval(look, 1, []), setImmediate?.(look), queueMicrotask(look));
  const target = new EventTarget();
  target.addEventListener('x', look);
  target.addEventListener('x', { handleEvent: look });
  bag.take(target.dispatchEvent(new CustomEvent('x', { detail: {} })));
  const controller = new AbortController();
  controller.signal.onabort = look;
  controller.signal.addEventListener('abort', look, { signal: AbortSignal.timeout(1) });
  controller.abort();
  bag.take(controller, controller.signal.reason, AbortSignal.any([controller.signal]), navigator, performance, performance.toJSON?.());
  new FinalizationRegistry(look).register({}, {});
  bag.take(new WeakRef(look), structuredClone({ a: new Map([[1, new Error('x')]]) }), new URL('http://a/?b=c').searchParams);
  await new Promise((resolve) => setTimeout(resolve, 10));
  return plunder([...bag.values(), Intl, Temporal0(), new Intl.DateTimeFormat().formatToParts()], params);
}

function Temporal0() {
  return typeof Temporal === 'undefined' ? Iterator : Temporal;
}
