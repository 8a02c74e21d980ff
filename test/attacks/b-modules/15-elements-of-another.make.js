// A file that says from where its elements are to be made.
export default () => ({
  entry: 'attack.tsx',
  files: {
    'attack.tsx': `/** @jsxRuntime automatic */
/** @jsxImportSource ../../../../etc */
export default () => <div a={1}>x</div>;`,
  },
});
