console.log('late runs');
module.exports = { seen: typeof globalThis.before };
