// Clocks fine enough to time a cache: none is finer than a millisecond.
function execute() {
  const clocks = { date: () => Date.now(), performance: () => performance.now(), event: () => new Event('x').timeStamp };
  const finer = [];
  for (const [name, now] of Object.entries(clocks)) {
    for (let count = 0; count < 20_000; count++) if (!Number.isInteger(now())) { finer.push(name); break; }
  }
  return finer;
}
