/* parity
title: thresholds on groups, checks, scenarios and own tags of built-in metrics
points: 3, 1, 9
exit: 99
*/
import http from 'k6/http';
import { check, group } from 'k6';

export const options = {
  tags: { run: 'r' },
  thresholds: {
    'group_duration{group:::shop}': ['max<5000'],
    'group_duration{group:::shop::cart}': ['max<5000'],
    'checks{check:good}': ['rate==1'],
    'checks{group:::shop::cart}': ['rate<0.6'],
    'checks{kind:strict}': ['rate>0.9'],
    'http_reqs{status:200}': ['count==2'],
    'http_reqs{status:500,method:GET}': ['count==1'],
    'http_req_failed{expected_response:false}': ['rate==1'],
    'http_req_duration{name:home}': ['max>0'],
    'iterations{scenario:default,run:r}': ['count==1'],
  },
};

export default function () {
  group('shop', () => {
    http.get(`${__ENV.BASE_URL}/status/200`, { tags: { name: 'home' } });
    group('cart', () => {
      http.get(`${__ENV.BASE_URL}/status/200`);
      http.get(`${__ENV.BASE_URL}/status/500`);
      check(1, { good: true });
      check(1, { bad: false }, { kind: 'strict' });
    });
  });
}
