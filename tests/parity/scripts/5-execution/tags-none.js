/* parity
title: exec.vu.metrics.tags without system tags
points: 5, 9
*/
import exec from 'k6/execution';
import { group } from 'k6';
import { say } from '../_lib/answer.js';

export const options = { systemTags: [] };

export default function () {
  group('g', () => say('tags', exec.vu.metrics.tags));
  say('metadata', exec.vu.metrics.metadata);
  say('option', exec.test.options.systemTags);
}
