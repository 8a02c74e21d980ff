// Synchronous calls of the host out of getters, `toJSON` and traps of the arguments of another one: each answer has to
// come to its own call.
async function execute() {
  const wrong = [];
  const same = (got, expected) => { if (JSON.stringify(got) !== JSON.stringify(expected)) wrong.push([got, expected]); };
  const within = (level) => ({ get inner() { return level === 0 ? 'end' : echoSync(within(level - 1)); }, level });
  const expected = (level) => ({ inner: level === 0 ? 'end' : expected(level - 1), level });
  same(echoSync(within(60)), expected(60));
  same(echoSync({ toJSON: () => echoSync({ toJSON: () => group.inner.deepest(1) }) }), [1]);
  same(echoSync(new Proxy({}, { ownKeys: () => echoSync(['a', 'b']), getOwnPropertyDescriptor: (_, key) => echoSync({ value: key, enumerable: true, configurable: true }), get: (_, key) => (key === 'toJSON' ? undefined : echoSync(key)) })), { a: 'a', b: 'b' });
  const results = await Promise.all(Array.from({ length: 200 }, async (_, at) => { const now = echoSync({ get at() { void echo(at); return at; } }); return [now.at, await echo(at)]; }));
  results.forEach((pair, at) => same(pair, [at, at]));
  const inside = await call(async (value) => [echoSync(value), await echo(value), failing()], 7);
  function failing() { try { return failSync(); } catch ({ code }) { return code; } }
  same(inside, [{ value: [7, 7, 'E_HOST'] }, { value: [7, 7, 'E_HOST'] }]);
  return wrong;
}
