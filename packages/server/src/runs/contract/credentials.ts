/** The variables that hold the credentials of a bucket, where no file does. */
export const credentialVariables = {
  accessKeyId: 'CASTELLAN_S3_ACCESS_KEY_ID',
  secretAccessKey: 'CASTELLAN_S3_SECRET_ACCESS_KEY',
  sessionToken: 'CASTELLAN_S3_SESSION_TOKEN',
} as const;
