// The uniform numbers that fixtures start from, by the name that tests know.
export { hashValues } from "../../src/conformance/hash-values.ts";
