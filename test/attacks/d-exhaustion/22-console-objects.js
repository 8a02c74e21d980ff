// Objects that are small to make and endless to print.
let wide = {};
for (let depth = 0; depth < 30; depth++) wide = { left: wide, right: wide };
for (;;) console.dir(wide, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity });
