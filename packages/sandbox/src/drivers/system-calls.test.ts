/** Every system call in the boxes of this machine's own kernel; in those of Docker: `test/faults`. */
import { bubblewrap } from './bubblewrap/bubblewrap.ts';
import { find } from './find.ts';
import { oci } from './oci/oci.ts';
import { ofOthers, ofRunners, testSystemCalls, unlikeByRunc } from './system-calls.support.ts';

testSystemCalls({ driver: bubblewrap(), skip: false, names: [...ofRunners, ...ofOthers] });
testSystemCalls({
  driver: oci(),
  skip: (await find('runc')) === undefined ? 'no runc here' : false,
  names: ofRunners,
  unlike: unlikeByRunc,
});
