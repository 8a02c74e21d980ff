// Output by the stream and not by the console.
for (;;) process.stdout.write('x'.repeat(1_000) + '\n');
