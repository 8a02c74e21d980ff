// Small in memory, endless as JSON: one array, a thousand million times.
let wide = ['x'.repeat(1_000)];
for (let depth = 0; depth < 12; depth++) wide = Array(10).fill(wide);
return wide;
