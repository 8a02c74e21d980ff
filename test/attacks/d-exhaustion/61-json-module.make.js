// A JSON file nested two hundred thousand times, imported and required.
export default () => ({ entry: 'a.js', files: { 'a.js': 'return JSON.stringify(require("./b.json")).length', 'b.json': '['.repeat(200_000) + ']'.repeat(200_000) } });
