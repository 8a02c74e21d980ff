// A file of many empty bytes becomes an artifact.
const fs = require('node:fs');
fs.writeFileSync('big', '');
fs.truncateSync('big', 50 * 2 ** 20);
