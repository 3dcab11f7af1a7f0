// Whether the script's init code runs, or a call of a VU.

import { onAwake } from 'native:script';

export let isInit = true;

onAwake(() => {
  isInit = false;
});
