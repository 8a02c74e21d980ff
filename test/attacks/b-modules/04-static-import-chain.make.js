// A forbidden import three files down, behind JSON and CommonJS.
export default () => ({
  entry: 'main.mjs',
  files: {
    'main.mjs': 'import "./a.mjs"; export default 1',
    'a.mjs': 'import b from "./b.cjs"; export default b',
    'b.cjs': 'module.exports = require("./c.json").name && require("fs")',
    'c.json': '{"name":"fs","__proto__":{"polluted":1}}',
  },
});
