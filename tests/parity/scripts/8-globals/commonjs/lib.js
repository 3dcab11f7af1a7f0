console.log('lib runs');
let n = 0;
exports.name = 'lib';
exports.other = require('./other.js');
exports.count = () => (n += 1);
