// Format strings, groups and tables that multiply what is printed.
for (let depth = 0; depth < 10_000; depth++) console.group();
for (;;) console.log('%s'.repeat(10_000), ...Array(1_000).fill('x\n'.repeat(1_000)));
