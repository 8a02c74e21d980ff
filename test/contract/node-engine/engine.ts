// Imported first: the suites that follow are run with the node engine.
process.env['CASTELLAN_TEST_ENGINE'] = 'node';
