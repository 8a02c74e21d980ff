// A promise that nothing will ever settle, with nothing pending.
await new Promise(() => {});
