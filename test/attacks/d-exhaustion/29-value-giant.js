// A value of eight megabytes.
return 'x'.repeat(8 * 2 ** 20);
