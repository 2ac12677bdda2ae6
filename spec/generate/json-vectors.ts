import { canonicalJson, decodeJson, utf8 } from '../../packages/client-js/src/core/index.ts'
import { hexOf } from './hex.ts'

/** JSON texts, as written by anybody; what they canonicalise to follows from RFC 8785. */
const texts: Record<string, string> = {
  'the example of RFC 8785 section 3.2.2':
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  'the sorting example of RFC 8785 section 3.2.3':
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
  'minus zero': '[-0, 0.0, -0e10]',
  'the edges of numbers': '[9007199254740991,-9007199254740991,5e-324,1.7976931348623157e308,1e21,1e-7,0.1]',
  'white space everywhere': ' \t\r\n{ "b" : [ ] , "a" : { } } \n',
  'names that look like numbers': '{"10":1,"9":2,"-1":3,"":4}',
  'text that needs no escape': '"/é\u2028\u2029\u007f 你好 👩‍🚀"',
  'control characters': '"\\u0000\\b\\t\\n\\f\\r\\u001f"',
}

const encode = (text: string) => hexOf(utf8.encode(text))

/** Bytes that no decoder may accept, as hex. */
const refused: { name: string; hex: string; code: string }[] = [
  { name: 'nothing', hex: '', code: 'malformed-frame' },
  { name: 'a name twice', hex: encode('{"a":1,"a":2}'), code: 'malformed-frame' },
  { name: 'a name twice, once escaped', hex: encode('{"a":1,"\\u0061":2}'), code: 'malformed-frame' },
  { name: 'a name twice, deep inside', hex: encode('[{"x":{"b":[],"b":[]}}]'), code: 'malformed-frame' },
  { name: '__proto__', hex: encode('{"__proto__":{"admin":true}}'), code: 'malformed-frame' },
  { name: 'half a surrogate pair', hex: encode('"\\ud800"'), code: 'malformed-frame' },
  { name: 'half a surrogate pair in a name', hex: encode('{"\\udfff":1}'), code: 'malformed-frame' },
  { name: 'a number beyond the largest', hex: encode('1e400'), code: 'malformed-frame' },
  { name: 'a byte order mark', hex: `efbbbf${encode('{}')}`, code: 'malformed-frame' },
  { name: 'a broken UTF-8 sequence', hex: '22c328220a', code: 'malformed-frame' },
  { name: 'a surrogate encoded as UTF-8', hex: '22eda08022', code: 'malformed-frame' },
  { name: 'an overlong slash', hex: '22c0af22', code: 'malformed-frame' },
  { name: 'a comment', hex: encode('{}//'), code: 'malformed-frame' },
  { name: 'a trailing comma', hex: encode('[1,]'), code: 'malformed-frame' },
  { name: 'a leading zero', hex: encode('01'), code: 'malformed-frame' },
  { name: 'two values', hex: encode('{}{}'), code: 'malformed-frame' },
  { name: 'NaN', hex: encode('NaN'), code: 'malformed-frame' },
  { name: '65 levels', hex: encode('['.repeat(65) + ']'.repeat(65)), code: 'too-large' },
  { name: '65 levels, never closed', hex: encode('{"a":'.repeat(65)), code: 'too-large' },
]

export function jsonVectors() {
  const canonical = Object.entries(texts).map(([name, text]) => ({
    name,
    text,
    canonical: canonicalJson(decodeJson(utf8.encode(text))),
  }))
  return { limits: { maxBytes: 1024 * 1024, maxDepth: 64 }, canonical, refused }
}
