/* parity
title: the namespace of a CommonJS module, and of one of k6's
points: 8
differs: it has `default`, as in Node.js and in the namespaces of other modules
*/
import * as all from './common.js';
import * as k6 from 'k6';

export default function () {
  console.log(Object.keys(all).sort(), typeof all.default, all.named, 'default' in k6);
}
