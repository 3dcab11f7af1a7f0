/* parity
title: systemTags: none; only checks with a tag of their own are counted by name
points: 9, 1
*/
import { check, group } from 'k6';

export const options = { systemTags: [] };

export function setup() {
  group('before', () => check(1, { early: true }));
}

export default function () {
  group('g', () => {
    check(1, { c1: true });
    check(1, { c2: true }, { check: 'mine' });
    check(1, { c3: true }, { check: 'mine', group: '::x::y' });
  });
}
