console.log('inner runs', globalThis.before);
module.exports = { value: globalThis.before };
