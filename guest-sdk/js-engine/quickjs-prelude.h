/* Included before every file of QuickJS.
 *
 * QuickJS has no limit on the depth of its stack where `__wasi__` is defined, so that a deep
 * recursion would be a trap and not a RangeError. The stack that it uses is in linear memory here,
 * as everywhere, so the usual check works: system headers are read with the macro, QuickJS without.
 */
#include <assert.h>
#include <fenv.h>
#include <inttypes.h>
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#undef __wasi__
