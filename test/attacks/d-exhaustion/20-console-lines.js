// Small lines without end.
for (;;) console.log('');
