// Large answers that the box does not read while it goes on calling.
const big = 'x'.repeat(2 * 2 ** 20);
for (let count = 0; count < 500; count++) void echo(big);
for (;;);
