// A source map that leads to names which are not the script's to use: absolute, outside, ours, with control characters.
const map = { version: 3, sources: ['/etc/passwd', 'castellan:prelude', 'a\u001b[2Jb', '../'.repeat(1_000)], names: [], mappings: 'AAAA;ACAA;ACAA;ACAA' };
export default () => `const f = () => new Error('x').stack;\nconst g = () => new Error('x').stack;\nconst h = () => new Error('x').stack;\nconst i = () => new Error('x').stack; return [f, g, h, i].map((one) => one().split('\\n')[1])\n//# sourceMappingURL=data:application/json;base64,${btoa(JSON.stringify(map))}`;
