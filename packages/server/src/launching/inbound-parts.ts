import type { Artifact } from '@castellan/protocol';
import {
  bad,
  type Fields,
  flagField,
  formField,
  listField,
  objectField,
  orNullField,
  textField,
  wholeField,
} from '@castellan/protocol/frames';

/** UTF-16 units of a name, a path or a sentence. */
export const short = 4_096;
/** UTF-16 units of a text that a script has written. */
export const long = 65_536;
/** UTF-16 units of a time in RFC 3339. */
export const stamp = 64;
/** For what is as large as the limits of its run: the bound of the frame is enough. */
export const unbounded = Infinity;

/** An object in a list, or below a name. */
export function asFields(value: unknown, key: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(key);
  return value as Fields;
}

export function textsField(fields: Fields, key: string, most: number): string[] {
  return listField(fields, key, most, (value) => {
    if (typeof value !== 'string' || value.length > short) throw bad(key);
    return value;
  });
}

export function readArtifact(value: unknown): Artifact {
  const fields = asFields(value, 'artifact');
  const image = orNullField(fields, 'image', (key) => objectField(fields, key));
  return {
    // Names a file.
    id: formField(fields, 'id', /^art_[0-9a-f]{32}$/),
    name: formField(fields, 'name', /^[^/\\\0]{1,200}$/),
    contentType: textField(fields, 'contentType', short),
    sizeBytes: wholeField(fields, 'sizeBytes'),
    sha256: formField(fields, 'sha256', /^[0-9a-f]{64}$/),
    url: textField(fields, 'url', short),
    ...(image === null ? {} : { image: readImage(image) }),
  };
}

function readImage(fields: Fields): NonNullable<Artifact['image']> {
  return {
    width: orNullField(fields, 'width', (key) => wholeField(fields, key)),
    height: orNullField(fields, 'height', (key) => wholeField(fields, key)),
    broken: flagField(fields, 'broken'),
  };
}
