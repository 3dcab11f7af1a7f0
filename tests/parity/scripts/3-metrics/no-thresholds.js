/* parity
title: --no-thresholds: shown, not judged; wrong ones only warned about
points: 3, 9
args: --no-thresholds
*/
import { check } from 'k6';

export const options = {
  thresholds: {
    iterations: ['count>5', 'p(95)<1', 'nonsense'],
    'iterations{scenario:default}': ['count>6'],
    checks: [{ threshold: 'rate>0.5', abortOnFail: true, delayAbortEval: '5s' }],
    vus: ['value>100'],
    nowhere: ['count>1'],
  },
};

export default function () {
  check(1, { bad: false });
  console.log('ran');
}
