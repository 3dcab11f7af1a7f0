console.log('common runs', typeof module, typeof exports, typeof require, this === module.exports);
exports.named = 'a name';
module.exports.kind = typeof module.exports;
module.exports.filename = typeof __filename;
