// The value that was small when the script settled is larger than it may be at the end.
const value = [];
setTimeout(() => value.push('x'.repeat(3 * 2 ** 20)), 5);
value;
