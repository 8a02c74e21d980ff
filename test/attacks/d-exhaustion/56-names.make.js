// A hundred thousand declarations, and every alias that the loader could take.
export default () => `import('./x.js').catch(() => 1);\n${Array.from({ length: 46_656 }, (_, n) => `imp${n.toString(36).padStart(3, '_')}`).join(';var ').replace(/^/, 'var ')}`;
