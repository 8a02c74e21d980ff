// One line that never ends.
for (;;) process.stdout.write('x'.repeat(1_000));
