// Parts of a parcel that belong into the prototypes of the launcher's own objects.
const { frame, say } = require('./report.js');
const places = [['__proto__', 'polluted'], ['constructor', 'prototype', 'polluted'], [0, '__proto__', 'polluted'], [0, 'constructor', 'prototype'], ['length'], [0, 'then'], [0, 'toJSON'], ['0', '0', '0'], [], [0, { toString: 1 }], [null], ['__proto__'], [-1], [1e9], [0.5]];
let id = 6_000;
for (const path of places) {
  for (const part of [{ length: 3 }, { callback: 1 }, { length: 3, callback: 1 }, { length: -1 }, { callback: 1e20 }]) {
    const text = Buffer.from(JSON.stringify([[{ a: null, __proto__: null, ['__proto__']: { polluted: null } }, null], [{ path, ...part }]]));
    say(frame(6, { id: id++, path: 'echo', text: text.length }, Buffer.concat([text, Buffer.from('abc')])));
  }
}
await new Promise((resolve) => setTimeout(resolve, 100));
return id;
