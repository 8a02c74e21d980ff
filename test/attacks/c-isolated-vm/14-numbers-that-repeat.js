// Randomness that two runs share, as whatever starts from one snapshot may: who knows one run knows the next.
const own = [...Array.from({ length: 20 }, () => Math.random()), ...Array.from({ length: 5 }, () => crypto.randomUUID()), crypto.getRandomValues(new Uint32Array(8)).join()];
const others = await ledger(...own);
return { others: others.length, same: others.filter((one) => own.includes(one)) };
