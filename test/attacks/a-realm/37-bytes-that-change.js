// Buffers that are detached, resized or dressed up while they are being sent, so that a length is checked before
// it changes.
async function execute() {
  const told = [];
  const send = async (make) => {
    try {
      told.push(...(await weigh(...make())));
    } catch (error) {
      told.push(error.name);
    }
  };
  const grows = () => new ArrayBuffer(8, { maxByteLength: 4_096 });
  await send(() => { const buffer = new ArrayBuffer(8); return [{ get a() { buffer.transfer(); return 1; } }, new Uint8Array(buffer)]; });
  await send(() => { const buffer = grows(); return [new Uint8Array(buffer), { toJSON: () => { buffer.resize(4_096); return 1; } }, new Uint8Array(buffer)]; });
  await send(() => { const buffer = grows(); const view = new Uint8Array(buffer, 4, 4); return [{ get a() { buffer.resize(2); return 1; } }, view]; });
  await send(() => { const buffer = grows(); const view = new DataView(buffer, 6); return [{ get a() { buffer.resize(0); return 1; } }, view]; });
  await send(() => { const bytes = new Uint8Array([1, 2, 3]); Object.defineProperties(bytes, { length: { value: 2 ** 31 }, byteLength: { value: -1 }, byteOffset: { value: 2 ** 20 }, buffer: { value: new ArrayBuffer(64) }, slice: { value: () => 'x' } }); return [bytes]; });
  await send(() => { class Bytes extends Uint8Array { static get [Symbol.species]() { return Array; } get length() { return 999; } subarray() { return this; } } return [new Bytes([4, 5])]; });
  await send(() => [Object.setPrototypeOf(new Uint8Array([6]), null), Object.setPrototypeOf(new Uint8Array([7]), Array.prototype), Object.setPrototypeOf(new ArrayBuffer(2), Uint8Array.prototype)]);
  await send(() => [{ __proto__: Uint8Array.prototype, length: 5 }]);
  await send(() => [new Proxy(new Uint8Array([8]), {})]);
  await send(() => [new Uint8Array(new ArrayBuffer(100, { maxByteLength: 200 }), 10, 1), new Float64Array([1]), new DataView(new Uint8Array([9, 10, 11]).buffer, 1, 1)]);
  const [whole] = await echo([new Uint8Array([1, 2, 3])]);
  return { told, echoed: [whole.length, whole.buffer.byteLength] };
}
