// The long version of the suite of fairness: shares within a tenth while ten pull.
process.env['CASTELLAN_FAIRNESS_RUNS'] = '200';
await import('../../packages/server/src/runs/store/fairness.test.ts');
