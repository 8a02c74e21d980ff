import type ivm from 'isolated-vm';
import { readFileSync } from 'node:fs';

/**
 * The bytes of a file, for isolates: a start-up snapshot or compiled code. They are handed over, not
 * copied, as long as Node reads a file into a buffer of its own.
 */
export function blobOf(vm: typeof ivm, file: string): ivm.ExternalCopy<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  const isWhole = buffer.byteLength === byteLength;
  const own = isWhole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  return new vm.ExternalCopy(own, { transferOut: true });
}
