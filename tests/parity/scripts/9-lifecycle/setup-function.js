/* parity
title: setup gives what cannot be JSON: functions
points: 9, 10
exit: 255
exit-of-squall: 107 because it is an error of the script in setup, which has a code of its own
*/
export function setup() {
  return { f: () => 1, a: 1 };
}

export default function (data) {
  console.log('never', typeof data.f, data.a);
}
