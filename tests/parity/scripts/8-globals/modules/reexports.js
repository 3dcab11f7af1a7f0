export { value as renamed } from './values.js';
export * from './sub/star.js';
export { default } from './values.js';
export * as all from './sub/star.js';
