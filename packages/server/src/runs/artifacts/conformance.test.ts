// What all places of artifacts do alike. test/faults has the same suite over another server of S3's API.
import { subjects } from './subjects.support.ts';
import { artifactsSuite } from './conformance.support.ts';

for (const subject of subjects) artifactsSuite(subject);
