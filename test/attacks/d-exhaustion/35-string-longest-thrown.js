// The longest string that there is, thrown.
throw 'x'.repeat(2 ** 29 - 24);
