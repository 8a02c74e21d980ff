// Asks for a large artifact again and again while it takes none of the answers.
await artifacts.write('large', new Uint8Array(4 * 2 ** 20));
const asked = [];
for (let count = 0; count < 2_000; count++) asked.push(artifacts.read('large').catch(() => 0));
const until = Date.now() + 400;
while (Date.now() < until);
await Promise.all(asked);
return asked.length;
