// Commands without end, whose answers nobody reads: neither side may pile up in between.
const { frame, say } = require('./report.js');
await page.setContent('');
const refused = frame(16, {}, Buffer.from(JSON.stringify({ id: 9_000_001, method: 'Browser.crash' })));
const asked = frame(16, {}, Buffer.from(JSON.stringify({ id: 9_000_002, method: 'Browser.getVersion' })));
for (;;) for (const one of [refused, asked]) say(one);
