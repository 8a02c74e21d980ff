process.env['CASTELLAN_TEST_ENGINE'] = 'node';
await import('../axios.test.ts');
