// TypeScript that has to be compiled: an enum of 120,000 members.
export default () => ({ entry: 'a.ts', files: { 'a.ts': `enum E {${Array.from({ length: 120_000 }, (_, index) => `a${index}`).join()}}` } });
