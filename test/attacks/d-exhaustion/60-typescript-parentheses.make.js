// TypeScript: the hundred thousand parentheses again, where only the stripper reads them.
export default () => ({ entry: 'a.ts', files: { 'a.ts': `const a: number = ${'('.repeat(100_000)}1${')'.repeat(100_000)}; export default a` } });
