/* parity
title: tags of a script that are named as system tags are: those that are off are the script's; name of any layer; checks stand where their tags say
points: 9, 2, 1
args: --tag name=run
*/
import exec from 'k6/execution';
import http from 'k6/http';
import { check, group } from 'k6';

export const options = { systemTags: ['url', 'check', 'ip'] };

const own = {
  method: 'm', status: 's', proto: 'p', url: 'u', expected_response: 'e', error: 'er', error_code: 'ec', tls_version: 't',
  ip: 'ip', scenario: 'sc', group: '::gr', check: 'ch', service: 'se', subproto: 'su', iter: 'it', vu: 'v', ocsp_status: 'oc',
};

export default function () {
  const url = `${__ENV.BASE_URL}/status/200`;
  http.get(url);
  http.get(url, { tags: own });
  http.get(url, { tags: { name: 'mine' } });
  exec.vu.metrics.tags.name = 'vu';
  exec.vu.metrics.tags.status = 'mine';
  http.get(url);
  http.get(http.url`${__ENV.BASE_URL}/status/${200}`);
  http.get(url, { tags: { name: 'mine' } });
  group('left out', () => {
    check(1, { c1: true });
    check(1, { c2: true }, { group: 'x::y' });
    check(1, { c3: true }, { group: 'abc', check: 'other' });
    check(1, { c4: true }, { group: '::a::b' });
    check(1, { c5: false }, { group: '' });
  });
}
