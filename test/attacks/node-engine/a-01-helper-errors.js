// Errors and results of helpers, walked for the host behind them.
const { report } = require('./report.js');
const r = report();
const { said } = require('./plunder.js');
const errors = [];
for (const call of [fail, reject, rejectText, rejectObject, () => complain('x')]) {
  await call().catch((error) => errors.push(error));
}
try { failSync(); } catch (error) { errors.push(error); }
for (const line of said(errors)) r.attempt('error', () => line);
const got = [await tricky(), await echo({ a: 1 }), await instance().catch((e) => e.message)];
r.attempt('names', () => JSON.stringify(errors.map((error) => Object.getOwnPropertyNames(error ?? {}))));
r.attempt('got', () => JSON.stringify(got));
return r.done();
