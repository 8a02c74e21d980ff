// Tens of thousands of declarations, and every short alias that the loader could take but the keyword.
const names = Array.from({ length: 46_656 }, (_, n) => `imp${n.toString(36).padStart(3, '_')}`);
export default () =>
  `import('./x.js').catch(() => 1);\nvar ${names.filter((name) => name !== 'import').join(';var ')}`;
