console.log('library runs', globalThis.polyfill);
const small = require('./small.js');
exports.hasPolyfill = globalThis.polyfill === true;
exports.small = small.value;
