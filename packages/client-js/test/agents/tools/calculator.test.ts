import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculator } from '../../../src/agents/index.ts'
import { toolContext, toolSuite } from '../../../src/testing/tool-suite.ts'

toolSuite('calculator', { create: calculator, arguments: { expression: '23 * 19' } })

function compute(expression: string) {
  return calculator().execute({ expression }, toolContext())
}

describe('calculator', () => {
  it.each([
    ['23 × 19', '437'],
    ['23 x 19 = ?', '437'],
    ['0.1 + 0.2', '0.3'],
    ['1/3', '0.333333333333333'],
    ['123456789 * 987654321', '121932631112635269'],
    ['2^64', '18446744073709551616'],
    ['25!', '15511210043330985984000000'],
    ['-5^2', '-25'],
    ['2^-1', '0.5'],
    ['2^3^2', '512'],
    ['(1 + 2) * -(3 - 5)', '6'],
    ['2(3 + 4)', '14'],
    ['2 pi', '6.28318530717959'],
    ['15% of 80', '12'],
    ['200 + 10%', '220'],
    ['17 % 5', '2'],
    ['17 mod 5', '2'],
    ['-1 mod 3', '2'],
    ['√16 + √(9 + 16)', '9'],
    ['sqrt 16', '4'],
    ['sin(pi/6)', '0.5'],
    ['log(100, 10)', '2'],
    ['ln(e)', '1'],
    ['1,234,567 + 1', '1234568'],
    ['max(1,234)', '234'],
    ['round(2.567, 2)', '2.57'],
    ['mean(1, 2, 3, 6)', '3'],
    ['gcd(12, 18) + lcm(4, 6)', '18'],
    ['3 plus 4 times 2', '11'],
    ['10 divided by 4', '2.5'],
    ['6 ÷ 4 − 1', '0.5'],
    ['1000!', '4.02387260077094e+2567'],
  ])('%s is %s', async (expression, result) => {
    expect(await compute(expression)).toBe(result)
  })

  it.each([
    ['1/0', /divided by zero/],
    ['sqrt(-1)', /no result/],
    ['9^9^9^9', /too large/],
    ['1001!', /factorial/i],
    ['(2', /"\)" is missing/],
    ['2 3', /not expected/],
    ['', /ends too early/],
    ['foo', /"foo" is not a number/],
    ['import("fs")', /not arithmetic/],
    ['constructor(1)', /no function constructor/],
    ['toString(1)', /no function/],
    ['x = 5', /not arithmetic/],
    ['5 cm', /"cm"/],
    ['round(1, 2, 3)', /takes 1 or 2 numbers/],
    ['sin(1e10)', /Angles/],
    [`1${'+1'.repeat(300)}`, /500 characters/],
  ])('refuses %j', async (expression, message) => {
    await expect(compute(expression)).rejects.toThrow(message)
  })

  it('agrees with exact integer arithmetic', async () => {
    const integers = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })
    await fc.assert(
      fc.asyncProperty(integers, integers, integers, async (a, b, c) => {
        expect(await compute(`(${a}) * (${b}) - (${c})`)).toBe(String(a * b - c))
      }),
    )
  })

  it('answers or refuses any text within a moment', async () => {
    const text = fc.string({
      unit: fc.constantFrom(...'0123456789.+-*/^%!(), eE'.split(''), 'sin', 'pi', 'exp', 'mod'),
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(text, async expression => {
        const startedAt = performance.now()
        const outcome = await compute(expression).catch(error => error.code)
        expect(typeof outcome).toBe('string')
        // Far above what any takes, far below a hang.
        expect(performance.now() - startedAt).toBeLessThan(2000)
      }),
      { numRuns: 500 },
    )
  })
})
