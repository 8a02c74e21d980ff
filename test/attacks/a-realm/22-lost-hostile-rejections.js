// Rejections that nobody handles carry hostile values: here the engine itself copies them out.
function execute({ kind }) {
  const trap = new Proxy({}, { get: (_, trapName) => () => { throw new Error(trapName); } });
  const armed = new Error('armed');
  for (const key of ['name', 'message', 'stack', 'cause', 'constructor']) {
    Object.defineProperty(armed, key, { get() { return key === 'stack' ? { toString: null } : trap; } });
  }
  const values = {
    proxy: new Proxy(armed, trap), armed, symbol: Symbol('lost'), bigint: 1n, nothing: undefined, empty: Object.create(null), function: () => 1,
    buffer: new ArrayBuffer(8), view: new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 })), promise: Promise.resolve(1), error: Object.setPrototypeOf(armed, null),
    long: Object.assign(new Error('x'.repeat(100_000)), { name: 'n'.repeat(100_000) }),
  };
  void Promise.reject(values[kind]);
  return new Promise(() => 1);
}
