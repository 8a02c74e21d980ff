// Imports in the words of TypeScript, which become calls of `require`.
export default () => ({
  entry: 'attack.cts',
  files: {
    'attack.cts': `
import fs = require('node:fs');
namespace Inner { export import child = fs; }
export = [fs.readFileSync(params.targets.file, 'utf8'), Inner.child];`,
  },
});
