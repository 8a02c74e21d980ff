// More files in the working directory than artifacts are allowed.
const fs = require('node:fs');
for (let index = 0; index < 200; index++) fs.writeFileSync(`f${index}`, 'x');
