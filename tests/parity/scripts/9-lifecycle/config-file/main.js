/* parity
title: --config: below the script in rank
points: 9
args: --config {folder}/options.json
*/
import exec from 'k6/execution';

export const options = { iterations: 2 };

export default function () {
  console.log('iteration', __ITER, exec.test.options.maxRedirects, JSON.stringify(exec.test.options.tags));
}
