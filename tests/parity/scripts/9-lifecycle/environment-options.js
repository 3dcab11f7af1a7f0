/* parity
title: options from the environment, below the command line and above the script
points: 9
env: K6_ITERATIONS=4
env: K6_VUS=2
env: K6_TAGS=from:env
args: --vus 1
*/
import exec from 'k6/execution';

export const options = { iterations: 9, vus: 3, tags: { from: 'script' } };

export default function () {
  console.log('iteration', __ITER, __VU, exec.instance.vusInitialized);
}
