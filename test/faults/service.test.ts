/** The faults that one machine can show, at full length; see RELIABILITY in docs/guide/service.md. */
Object.assign(process.env, {
  CASTELLAN_KILLS: '300',
  CASTELLAN_RESTARTS: '10',
  CASTELLAN_SUBMITS: '1000',
  CASTELLAN_HOSTILE: '100',
  CASTELLAN_PROGRAMS: 'all',
  CASTELLAN_DEPLOYMENTS: '1000',
  CASTELLAN_DEPLOYMENT_KILLS: '20',
});
await import('../service/kills.test.ts');
await import('../service/restarts.test.ts');
await import('../service/hostile.test.ts');
await import('../service/blame.test.ts');
await import('../service/canaries.test.ts');
await import('../service/functions.test.ts');
