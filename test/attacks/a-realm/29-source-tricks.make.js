// Spellings that a filter of the source would miss: escapes, with, templates, HTML comments, labels
// (CVE-2025-68613, CVE-2026-1470).
export default () => ({ entry: 'attack.js', files: { 'attack.js': `
const { plunder } = require('./plunder.js');
const got = [];
got.push(typeof pr\\u006fcess, typeof \\u{72}equire.main, \\u{67}lobalThis['proc' + 'ess']);
with ({ get process() { return undefined } }) { got.push(typeof process) }
with (Function) { got.push(constructor('return typeof process')()) }
got.push(\`\${Function\`return typeof process\`()}\`);
got.push((() => {}).constructor\`return typeof process\`());
<!-- typeof process
got.push(function () { return this.process }(), (1, eval)('th' + 'is').process);
label: for (;;) { got.push(typeof globalThis?.["\\x70rocess"]); break label }
got.push(Object.getOwnPropertyNames(this ?? {}).filter((name) => /proc|requ|modul|glob/.test(name)).length);
return { ...plunder(got.concat([this]), params), got: got.map(String) };` } });
