// An error with a hundred thousand causes, each with errors beside it, thrown.
let last = new Error('first');
for (let at = 0; at < 100_000; at++) last = new AggregateError([last, last], `${at}`, { cause: last });
throw last;
