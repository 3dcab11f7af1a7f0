// `stack` of errors: name and message first, then the frames of the script, as in k6. The engine
// has frames alone.

import * as script from 'native:script';

const own = Object.getOwnPropertyDescriptor(Error.prototype, 'stack');

Object.defineProperty(Error.prototype, 'stack', {
  get() {
    const frames = own.get.call(this);
    return typeof frames === 'string' ? script.stackText(String(this), frames) : frames;
  },
  set: own.set,
  configurable: true,
  enumerable: false,
});
