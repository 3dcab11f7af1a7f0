/* parity
title: exec.test.options: consolidated, frozen, of several scenarios
points: 5, 9
pending: options that k6 2.x has added are there, unset system tags and trend stats are null
args: --vus 1 --iterations 1 --tag from=cli --rps 1000 --user-agent parity
*/
import exec from 'k6/execution';
import { attempt, say } from '../_lib/answer.js';

export const options = { maxRedirects: 4, thresholds: { iterations: ['count==1'] }, setupTimeout: '30s', discardResponseBodies: true, hosts: { 'a.example': '127.0.0.1' }, own: 'key' };

export default function () {
  const all = exec.test.options;
  say('keys', Object.keys(all).sort());
  for (const key of Object.keys(all).sort()) {
    if (!['systemTags', 'hosts', 'localIPs'].includes(key)) say(key, all[key]);
  }
  say('system tags', Array.isArray(all.systemTags) ? [...all.systemTags].sort() : all.systemTags);
  attempt('write', () => { all.vus = 5; });
  attempt('write deep', () => { all.thresholds.iterations = []; });
  attempt('add', () => { all.own = 5; });
}
