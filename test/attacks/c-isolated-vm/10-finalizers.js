// Finalization callbacks that run on whatever thread collects garbage, and call the host from there
// (GHSA-r4fx-v8hh-22mv).
async function execute() {
  const registry = new FinalizationRegistry((held) => {
    console.log('collected');
    echoSync(held);
    void echo(held);
    void artifacts.write('x', 'y');
    throw new Error('from a finalizer');
  });
  for (let round = 0; round < 40; round++) {
    for (let count = 0; count < 2_000; count++) registry.register(new Array(50).fill(count), count);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return 'done';
}
