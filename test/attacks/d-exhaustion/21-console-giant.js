// One line of a hundred megabytes.
console.log('x'.repeat(100 * 2 ** 20));
