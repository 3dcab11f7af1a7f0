exports.named = 'a name';
