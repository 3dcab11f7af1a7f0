globalThis.effects = (globalThis.effects || 0) + 1; console.log('effects run');
