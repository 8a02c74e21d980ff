// TypeScript: types nested a hundred thousand times.
export default () => ({ entry: 'a.ts', files: { 'a.ts': `const a: ${'Array<'.repeat(100_000)}1${'>'.repeat(100_000)} = []; export default a` } });
