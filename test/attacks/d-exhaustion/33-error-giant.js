// An error whose name, message and stack have fifty megabytes each.
const error = new Error('m'.repeat(50 * 2 ** 20));
error.name = 'n'.repeat(50 * 2 ** 20);
error.stack = 's'.repeat(50 * 2 ** 20);
throw error;
