// As many parts as one call may have, each far down and behind long names.
const name = 'n'.repeat(900);
const nest = (depth, part) => (depth === 0 ? part : { [name + depth]: nest(depth - 1, part) });
const codes = new Set();
for (const [count, depth] of [[1_024, 1], [1_025, 1], [1_024, 30], [1_024, 300], [200, 990]]) {
  try {
    await echo(Array.from({ length: count }, () => nest(depth, new Uint8Array(1))));
  } catch ({ name: kind, code }) {
    codes.add(code ?? kind);
  }
}
return [...codes].sort();
