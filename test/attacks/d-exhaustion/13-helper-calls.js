// Calls of an asynchronous helper without waiting for any.
for (;;) echo(1).catch(() => 1);
