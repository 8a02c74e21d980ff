// A command of a hundred megabytes: the head of its frame is enough.
const { frame, say } = require('./report.js');
const head = frame(16, {});
head.writeUInt32LE(100 * 2 ** 20, 0);
await page.setContent('');
say(head);
await new Promise((resolve) => setTimeout(resolve, 15_000));
