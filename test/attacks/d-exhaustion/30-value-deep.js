// A value nested a hundred thousand times.
let deep = [];
for (let depth = 0; depth < 100_000; depth++) deep = [deep];
return deep;
