// A settled value of more objects than its length is worth.
const { frame, say } = require('./report.js');
say(frame(17, {}, Buffer.from(`[{}${',{}'.repeat(349_000)}]`)));
await new Promise((resolve) => setTimeout(resolve, 1e8));
