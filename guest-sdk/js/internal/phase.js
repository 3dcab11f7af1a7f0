// Whether the script's init code runs, or a call of a VU.

import { onFrozen } from 'native:script';

export let isInit = true;

onFrozen(() => {
  isInit = false;
});
