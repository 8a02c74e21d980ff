// Standard decorators, each of which becomes code: sixty thousand of them.
export default () => ({ entry: 'a.ts', files: { 'a.ts': `function d() {}\nclass A {${Array.from({ length: 60_000 }, (_, index) => `@d m${index}() {}`).join('\n')}}` } });
