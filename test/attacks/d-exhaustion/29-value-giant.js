// A value of eight megabytes.
'x'.repeat(8 * 2 ** 20);
