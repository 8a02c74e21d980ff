// Resizable and detached buffers, length-tracking views and views out of bounds, given to the host
// while they change (isolated-vm dd5469c7).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const write = async (make, change) => {
    const data = make();
    const buffer = data.buffer ?? data;
    try {
      bag.take(await artifacts.write({ toString: () => { change(buffer); return 'name'; } }, data, { get contentType() { change(buffer); return 'a/b'; } }));
    } catch (error) {
      bag.take(error);
    }
  };
  const resizable = () => new ArrayBuffer(1 << 16, { maxByteLength: 1 << 20 });
  const makers = [resizable, () => new Uint8Array(resizable()), () => new Uint8Array(resizable(), 100, 1000), () => new DataView(resizable(), 8), () => new Float64Array(resizable(), 8)];
  const changes = [(buffer) => buffer.resize(0), (buffer) => buffer.resize(50), (buffer) => buffer.resize(1 << 20), (buffer) => { if (!buffer.detached) buffer.transfer(); }, (buffer) => { if (!buffer.detached) buffer.transferToFixedLength(); }];
  for (const make of makers) for (const change of changes) await write(make, (buffer) => { try { change(buffer); } catch { /* detached */ } });
  const gone = new ArrayBuffer(8);
  gone.transfer();
  await write(() => gone, () => 1);
  ArrayBuffer.prototype.slice = () => new ArrayBuffer(8, { maxByteLength: 16 });
  await write(() => new ArrayBuffer(4), () => 1);
  return plunder(bag.values(), params);
}
