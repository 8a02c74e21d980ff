/**
 * What bundled libraries see as `SharedArrayBuffer`: the guest has none, yet one of them takes the
 * getters of its prototype while it loads. No value ever passes the test that they make.
 */
class NoSharedMemory {
  get byteLength(): number {
    throw new TypeError('not a SharedArrayBuffer');
  }

  get growable(): boolean {
    throw new TypeError('not a SharedArrayBuffer');
  }
}

export { NoSharedMemory as SharedArrayBuffer };
