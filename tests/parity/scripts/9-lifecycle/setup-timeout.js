/* parity
title: setupTimeout: exit 100
points: 9
exit: 100
says: setup
*/
import { sleep } from 'k6';

export const options = { setupTimeout: '300ms' };

export function setup() {
  console.log('setup');
  sleep(10);
  console.log('never');
}

export default function () {
  console.log('never');
}
