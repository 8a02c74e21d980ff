// The same as arguments of a helper, which can be caught.
try {
  return await echo(Array(300_000).fill({}));
} catch ({ code }) {
  return code;
}
