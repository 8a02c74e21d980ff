// A source map whose sections hold sections, eight thousand deep.
const map = `${'{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":'.repeat(8_000)}{"version":3,"sources":["a"],"names":[],"mappings":"AAAA"}${'}]}'.repeat(8_000)}`;
export default () => `throw new Error('x');\n//# sourceMappingURL=data:application/json;base64,${btoa(map)}`;
