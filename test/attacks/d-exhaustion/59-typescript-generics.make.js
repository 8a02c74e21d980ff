// TypeScript: less-than signs that may each open a list of types.
export default () => ({ entry: 'a.ts', files: { 'a.ts': `const f: any = 1; const a = ${'f<('.repeat(2_000)}1${')>(0)'.repeat(2_000)}; ${'a<b,'.repeat(20_000)}c;\nexport default a` } });
