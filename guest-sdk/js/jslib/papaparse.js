// Stands for https://jslib.k6.io/papaparse/5.1.1/index.js.
//
// Papa Parse as load tests use it: parse(text, config) and unparse(data, config). What needs a
// browser (workers, downloads, files) is refused with an error that says so.

import { parse } from './papaparse/parse.js';
import { unparse } from './papaparse/unparse.js';
import { BAD_DELIMITERS, BYTE_ORDER_MARK, RECORD_SEP, UNIT_SEP } from './papaparse/constants.js';

export { BAD_DELIMITERS, BYTE_ORDER_MARK, RECORD_SEP, UNIT_SEP, parse, unparse };

export default { BAD_DELIMITERS, BYTE_ORDER_MARK, RECORD_SEP, UNIT_SEP, parse, unparse };
