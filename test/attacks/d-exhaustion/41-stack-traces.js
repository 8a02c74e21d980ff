// Error.stackTraceLimit = Infinity on a stack ten thousand frames deep, again and again.
Error.stackTraceLimit = Infinity;
const dive = (depth) => (depth === 0 ? new Error('deep').stack.length : dive(depth - 1));
for (;;) dive(5_000);
