/* parity
title: systemTags: few, unknown ones, none
points: 9
*/
import http from 'k6/http';
import { check, group } from 'k6';

export const options = { systemTags: ['status', 'nonsense'] };

export default function () {
  http.get(`${__ENV.BASE_URL}/status/200`, { tags: { name: 'mine', own: 'x' } });
  group('g', () => check(1, { c: true }));
}
