// The same as a rejection that nobody handles: the engine copies it out by itself.
const error = new Error('m'.repeat(2 ** 27));
error.stack = 's'.repeat(2 ** 27);
void Promise.reject(error);
await new Promise(() => {});
