// Watches of files until none are left, of which a user of the machine has only so many.
const fs = require('node:fs');
let made = 0;
let last = 'none';
try {
  for (; made < 20_000; made++) {
    if (made % 50 === 0) fs.mkdirSync(`f${made}`);
    fs.watch(`f${made - (made % 50)}`).unref();
  }
} catch (error) {
  last = error.code;
}
return [made, last];
