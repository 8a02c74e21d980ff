// The longest string that there is, logged, given away and returned.
const longest = 'x'.repeat(2 ** 29 - 24);
await echo(longest).catch(() => 1);
console.log(longest);
return longest;
