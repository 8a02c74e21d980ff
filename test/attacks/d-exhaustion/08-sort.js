// Sorting with a comparator that lies, changes the array and never agrees.
const list = Array.from({ length: 200_000 }, (_, index) => index);
for (;;) list.sort((a, b) => (list.length = 200_000, Math.random() - (a > b ? 0.1 : 0.9)));
