// A source map of half a megabyte, and an error in every line that it is about.
const map = { version: 3, sources: Array(20_000).fill('a.ts'), names: [], mappings: `${'AAAA,'.repeat(60_000)};AAgggggggggggB` };
export default () => `const seen = [];\nfor (let index = 0; index < 1e5; index++) seen.push(new Error('x').stack);\nthrow new Error(seen.join('').slice(0, 100));\n//# sourceMappingURL=data:application/json;base64,${btoa(JSON.stringify(map))}`;
