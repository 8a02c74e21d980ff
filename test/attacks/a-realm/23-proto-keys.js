// __proto__, constructor and prototype as keys in params, arguments and results (CVE-2025-34146).
const { plunder } = require('./plunder.js');

async function execute(params) {
  const hostile = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}}');
  const echoed = [await echo(hostile), echoSync(hostile), (await group.deep(hostile))[0]];
  const merged = echoed.map((value) => Object.assign({}, value, params.hostile));
  const clean = ({}).polluted === undefined && [].polluted === undefined && (() => 1).polluted === undefined;
  const report = plunder([...echoed, ...merged], params);
  return { ...report, clean, own: Object.hasOwn(params.hostile, '__proto__'), back: hostile };
}
