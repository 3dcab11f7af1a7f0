/* parity
title: setup gives: undefined
points: 9
args: --iterations 2
*/
export function setup() {
  return undefined;
}

export default function (data) {
  console.log(__ITER, typeof data, data === null, JSON.stringify(data), arguments.length);
}

export function teardown(data) {
  console.log('teardown', typeof data, data === null, JSON.stringify(data), arguments.length);
}
