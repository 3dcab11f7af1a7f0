/* parity
title: exec.test.options: consolidated, frozen, of several scenarios
points: 5, 9
args: --vus 1 --iterations 1 --tag from=cli --rps 1000 --user-agent parity
*/
import exec from 'k6/execution';
import { attempt, say } from '../_lib/answer.js';

export const options = { maxRedirects: 4, thresholds: { iterations: ['count==1'] }, setupTimeout: '30s', discardResponseBodies: true, hosts: { 'a.example': '127.0.0.1' }, own: 'key' };

export default function () {
  const all = exec.test.options;
  // Later versions of k6 have more.
  const keys = Object.keys(all).sort().filter((key) => !['cloud', 'handleSummaryTimeout'].includes(key));
  say('keys', keys);
  for (const key of keys) {
    if (!['hosts', 'localIPs'].includes(key)) say(key, all[key]);
  }
  attempt('write', () => { all.vus = 5; });
  attempt('write deep', () => { all.thresholds.iterations = []; });
  attempt('add', () => { all.own = 5; });
}
