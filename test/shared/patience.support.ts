/**
 * How many times slower than usual the machine is, such as one that is emulated: by so much the time that
 * tests and the programs in them have is longer. `CASTELLAN_TEST_PATIENCE`, 1 when it is not set.
 */
export const patience = Number(process.env['CASTELLAN_TEST_PATIENCE'] ?? 1);
