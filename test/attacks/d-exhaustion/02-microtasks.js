// A storm of microtasks: the loop of timers and of the host never gets its turn.
const storm = () => queueMicrotask(storm);
storm();
await new Promise(() => {});
