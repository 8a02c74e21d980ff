// As many calls as may be open, again and again.
for (;;) await Promise.allSettled(Array.from({ length: 1_000 }, () => echo('x')));
