/* parity
title: teardownTimeout: exit 101
points: 9
exit: 101
says: teardown
*/
import { sleep } from 'k6';

export const options = { teardownTimeout: '300ms' };

export default function () {
  console.log('ran');
}

export function teardown() {
  sleep(10);
  console.log('never');
}
