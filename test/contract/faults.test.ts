/** A short version of each fault test; `npm run test:faults` runs the long ones. */
process.env['CASTELLAN_ROUNDS'] = '1';
await import('../faults/deadlines.test.ts');
await import('../faults/kills.test.ts');
