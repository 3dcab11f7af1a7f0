console.log('before runs');
globalThis.before = 'b';
export const before = 'before';
