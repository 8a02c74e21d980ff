// Errors of the host's: their stack, cause, path and other properties (CVE-2023-29017, CVE-2026-22686).
const { plunder, said } = require('./plunder.js');

async function execute(params) {
  const calls = [fail, failSync, reject, rejectText, rejectObject, instance];
  const errors = [];
  for (const call of calls) {
    try {
      await call({});
    } catch (error) {
      errors.push(error);
    }
  }
  return { ...plunder(errors, params), count: errors.length, said: said(errors) };
}
