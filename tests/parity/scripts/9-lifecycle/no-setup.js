/* parity
title: --no-setup and --no-teardown
points: 9
args: --no-setup --no-teardown
*/
export function setup() {
  console.log('never');
  return { from: 'setup' };
}

export default function (data) {
  console.log('data', JSON.stringify(data), typeof data);
}

export function teardown() {
  console.log('never');
}
