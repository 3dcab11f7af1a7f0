// The groups that are open, as the path that the tag `group` has.

import { groupEnd, groupStart } from 'native:checks';

const SEPARATOR = '::';

// Undefined outside of groups.
export let groupPath;

// Runs `body` in a group. The group ends also when `body` throws.
export function inGroup(name, body) {
  groupStart(name);
  const outer = groupPath;
  groupPath = (outer ?? '') + SEPARATOR + name;
  try {
    return body();
  } finally {
    groupPath = outer;
    groupEnd();
  }
}
