// Join, split, indexOf and lastIndexOf on what is long and nearly matches.
const text = 'ab'.repeat(2 ** 22);
for (;;) text.split('a').join('b').lastIndexOf(`${'b'.repeat(2 ** 20)}c`);
