/** This package's version, as a node says it. A test holds it to package.json. */
export const sdkVersion = '0.10.0'
