const lib = require('./lib.js');
module.exports = { name: 'other', back: lib.name };
