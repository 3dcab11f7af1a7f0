console.log('waits starts');
await null;
globalThis.waited = true;
