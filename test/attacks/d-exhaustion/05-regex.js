// Catastrophic backtracking.
/^(?:(?:a+)+)+$/.test(`${'a'.repeat(40)}!`);
