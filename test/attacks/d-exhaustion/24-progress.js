// Progress without end.
for (;;) progress(Math.random(), 'x'.repeat(1_000));
