// A million timers at once.
for (let count = 0; count < 1e6; count++) setTimeout(() => count, 0);
await new Promise((resolve) => setTimeout(resolve, 1e9));
