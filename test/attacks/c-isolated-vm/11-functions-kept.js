// A function that a helper keeps for longer than the run: nobody may reach the next run by it, or the one that is over.
const told = await callKept();
await keep((when) => { globalThis.reached = when; return 'reached'; });
return { told, reached: typeof globalThis.reached };
