// Text that may be JavaScript, TypeScript or JSX until its end: every parser gets to read it.
export default () => `${'a < b > (c) => <d>{'.repeat(20_000)}`;
