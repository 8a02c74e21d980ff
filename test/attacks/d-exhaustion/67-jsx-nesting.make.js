// JSX: elements nested a hundred thousand times, and closed.
export default () => ({ entry: 'a.tsx', files: { 'a.tsx': `const a = ${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)};` } });
