// Lengths that no machine has: each is an error, none an abort.
const makers = [() => Array(2 ** 32 - 2).fill(1), () => new Uint8Array(2 ** 33), () => new ArrayBuffer(2 ** 53 - 1), () => 'x'.repeat(2 ** 53), () => new Array(2 ** 32), () => 2n ** (2n ** 64n), () => Array.from({ length: 2 ** 53 }), () => 'x'.padStart(2 ** 30), () => new Float64Array(2 ** 40), () => BigInt.asUintN(2 ** 53 - 1, -1n), () => [].concat(...Array(70_000).fill([1])), () => Math.max(...Array(500_000).fill(1)), () => String.fromCharCode(...Array(500_000).fill(65)), () => new Date(8.64e15 + 1).toISOString(), () => (1e21).toFixed(101)];
const endings = [];
for (const make of makers.slice(params.from, params.to)) {
  try {
    make();
    endings.push('made');
  } catch (error) {
    endings.push(error.name);
  }
}
return endings;
