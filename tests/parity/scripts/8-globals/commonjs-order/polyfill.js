globalThis.polyfill = true; console.log('polyfill runs');
