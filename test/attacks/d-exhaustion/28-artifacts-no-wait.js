// Artifacts without waiting for an answer.
for (;;) artifacts.write('same', 'x').catch(() => 1);
