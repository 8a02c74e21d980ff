// Large arguments to a helper that takes its time: the host holds all of them.
const big = 'x'.repeat(2 * 2 ** 20);
for (let count = 0; count < 500; count++) void slow(big, count);
await new Promise(() => {});
