// More functions than may be passed to helpers, and more calls of them than may wait.
const failed = new Set();
for (let round = 0; round < 20; round++) {
  await echo(Array.from({ length: 1_000 }, () => () => round)).catch(({ name }) => failed.add(name));
}
const never = () => new Promise(() => {});
for (let count = 0; count < 900; count++) void call(never).catch(({ name }) => failed.add(name));
await echo(1);
return [...failed].sort();
