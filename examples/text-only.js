// castellan run examples/text-only.js --wall 5s

const text = 'It was the best of times, it was the worst of times';

const counts = {};
for (const [word] of text.toLowerCase().matchAll(/[a-z]+/g)) {
  counts[word] = (counts[word] ?? 0) + 1;
}

const mean = text.length / Object.keys(counts).length;
console.log('%d letters, %s of them per different word', text.length, mean.toFixed(2));

// No return: the last expression is the value.
Object.entries(counts)
  .filter(([, count]) => count > 1)
  .map(([word, count]) => `${word} ×${count}`)
  .join(', ');
