// Errors that the platform itself throws at the boundary, one for each way to misuse it.
const { plunder, said } = require('./plunder.js');

async function execute(params) {
  const cycle = {};
  cycle.cycle = cycle;
  const misuses = [
    () => echo(cycle), () => echo(1n), () => echoSync(Symbol('s')), () => echoSync(() => 1),
    () => echoSync(new Map()), () => artifacts.write('a', 1), () => artifacts.write(Symbol('a'), 'b'),
    () => artifacts.write('a', 'b', null), () => artifacts.write('a', 'b', { contentType: Symbol('c') }),
    () => progress(NaN), () => progress(Symbol('p')), () => progress(0, Symbol('p')),
    () => setTimeout('1'), () => setTimeout(() => 1, Symbol('ms')), () => atob('*'), () => btoa('\u1234'),
    () => new URL('nope'), () => structuredClone(() => 1), () => new TextDecoder('nope'),
    () => AbortSignal.abort().throwIfAborted(), () => queueMicrotask(1), () => require('fs'),
    () => require('./missing.js'), () => import('node:fs'), () => require(Symbol('m')), () => JSON.parse('{'),
    () => new Proxy({}, null), () => reportError, () => new EventTarget().addEventListener(1, 1),
    () => 'x'.repeat(2 ** 30), () => new Array(-1), () => null.x, () => decodeURIComponent('%'),
  ];
  const errors = [];
  for (const misuse of misuses) {
    try {
      await misuse();
    } catch (error) {
      errors.push(error);
    }
  }
  return { ...plunder(errors, params), count: errors.length, said: said(errors) };
}
