// Helpers by names that lead to what every object has.
const { frame, say } = require('./report.js');
const paths = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'group', 'group.__proto__', 'group.constructor', 'echo.call', 'echo.constructor', 'group.inner', '', '.', 'echo.', '__proto__.polluted', 'valueOf', 'fail.prototype', 'x'.repeat(500)];
paths.forEach((path, at) => say(frame(6, { id: 7_000 + at, path }, Buffer.from('["return process"]'))));
await new Promise((resolve) => setTimeout(resolve, 50));
return paths.length;
