// TypeScript: nested conditionals of arrows, where a parser must try each reading of each level.
export default () => ({ entry: 'a.ts', files: { 'a.ts': `const a: any = ${'x ? (y) : (z) : '.repeat(40)}${'(a ? (b = '.repeat(60)}1${') : 2)'.repeat(60)};\nexport default a` } });
