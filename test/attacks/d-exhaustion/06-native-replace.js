// One native call that takes seconds and listens to no timeout.
'a'.repeat(2 ** 28).replace(/a/g, 'bb');
