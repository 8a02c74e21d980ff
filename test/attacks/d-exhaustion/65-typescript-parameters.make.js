// TypeScript that has to be compiled: a constructor with more parameter properties than the compiler can bear.
export default () => ({ entry: 'a.ts', files: { 'a.ts': `class A { constructor(${Array.from({ length: 60_000 }, (_, index) => `public a${index}`).join()}) {} }` } });
