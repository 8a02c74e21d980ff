/** The box of the node engine by every driver: gVisor's take five times as long as those in `npm test`. */
process.env['CASTELLAN_NODE_BOXES'] = 'bubblewrap,oci,gvisor,docker';
await import('../../packages/sandbox/src/boxes/runner/node-box.test.ts');
