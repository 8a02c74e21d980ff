/** Every system call in the containers of a Docker daemon, each kind from an image that holds the probe alone. */
import { after } from 'node:test';
import { DockerApi } from '../../packages/sandbox/src/drivers/docker/api.ts';
import { noDaemon, startDaemon } from '../../packages/sandbox/src/drivers/docker/daemon.support.ts';
import { docker } from '../../packages/sandbox/src/drivers/docker/docker.ts';
import { imageOf } from '../../packages/sandbox/src/drivers/docker/image/image.ts';
import { loadImage } from '../../packages/sandbox/src/drivers/docker/store.ts';
import {
  ofRunners,
  testSystemCalls,
  unlikeByRunc,
} from '../../packages/sandbox/src/drivers/system-calls.support.ts';

const skip = await noDaemon();
const daemon = skip === false ? await startDaemon() : undefined;
after(() => daemon?.[Symbol.asyncDispose]());
const socket = daemon?.socket ?? '';
testSystemCalls({
  driver: docker({ socket }),
  skip,
  names: ofRunners,
  unlike: unlikeByRunc,
  async provide(enclosure) {
    await loadImage(new DockerApi(socket), await imageOf(enclosure), 'probe');
  },
});
