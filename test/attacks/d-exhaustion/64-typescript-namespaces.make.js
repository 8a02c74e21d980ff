// TypeScript that has to be compiled: namespaces nested seventy thousand times.
export default () => ({ entry: 'a.ts', files: { 'a.ts': 'namespace A {'.repeat(70_000) } });
