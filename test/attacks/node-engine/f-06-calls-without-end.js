// What the script waits for, told without end and never true: it is kept once, and decides nothing.
const { frame, say } = require('./report.js');
const place = { file: '../../etc/passwd', line: 1e9, column: 0 };
const calls = ['page.goto("\u001b[31m")', 'succeeded', '\u2028'.repeat(256), null];
const told = calls.map((call) => frame(21, { call, ...place }));
for (;;) for (const one of told) say(one);
