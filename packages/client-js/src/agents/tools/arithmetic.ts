import { Decimal } from 'decimal.js'
import { LumosError } from '../../contracts/index.ts'

/** 64 significant digits; beyond 10^100000 a number counts as infinite, so that nothing takes long. */
const Exact = Decimal.clone({ precision: 64, maxE: 100_000, minE: -100_000 })

const maxFactorial = 1000
/** Trigonometry of larger numbers takes ever more digits of pi. */
const maxAngle = 1e9

const constants: Record<string, Decimal> = {
  pi: Exact.acos(-1),
  tau: Exact.acos(-1).times(2),
  e: Exact.exp(1),
}

type Operation = (...args: Decimal[]) => Decimal

/** What may be called, with how many arguments at least and at most. */
const functions: Record<string, { arity: [number, number]; apply: Operation }> = {
  abs: unary(x => x.abs()),
  sqrt: unary(x => x.sqrt()),
  cbrt: unary(x => x.cbrt()),
  exp: unary(x => x.exp()),
  ln: unary(x => x.ln()),
  log10: unary(x => x.log(10)),
  log2: unary(x => x.log(2)),
  log: { arity: [1, 2], apply: (x, base) => (base === undefined ? one(x).ln() : one(x).log(base)) },
  sin: angle(x => x.sin()),
  cos: angle(x => x.cos()),
  tan: angle(x => x.tan()),
  asin: unary(x => x.asin()),
  acos: unary(x => x.acos()),
  atan: unary(x => x.atan()),
  floor: unary(x => x.floor()),
  ceil: unary(x => x.ceil()),
  trunc: unary(x => x.trunc()),
  sign: unary(x => new Exact(Decimal.sign(x))),
  factorial: unary(factorial),
  round: { arity: [1, 2], apply: round },
  pow: { arity: [2, 2], apply: (x, y) => one(x).pow(one(y)) },
  mod: { arity: [2, 2], apply: (x, y) => modulo(one(x), one(y)) },
  min: many(values => Exact.min(...values)),
  max: many(values => Exact.max(...values)),
  sum: many(values => values.reduce((sum, value) => sum.plus(value))),
  mean: many(values => values.reduce((sum, value) => sum.plus(value)).div(values.length)),
  gcd: many(values => values.reduce(gcd)),
  lcm: many(values => values.reduce((x, y) => (x.isZero() ? x : x.times(y).abs().div(gcd(x, y))))),
}

/** @throws {LumosError} `invalid-request` for an unknown name, or arguments without a result */
export function callFunction(name: string, args: Decimal[]): Decimal {
  const definition = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (definition === undefined) {
    throw invalid(`There is no function ${name}. Use: ${Object.keys(functions).join(', ')}.`)
  }
  const [least, most] = definition.arity
  if (args.length < least || args.length > most) throw invalid(`${name} takes ${arityText(least, most)}.`)
  return checked(definition.apply(...args), name)
}

/** The value of a name such as pi. */
export function constant(name: string): Decimal | undefined {
  return Object.hasOwn(constants, name) ? constants[name] : undefined
}

export function isFunctionName(name: string): boolean {
  return Object.hasOwn(functions, name)
}

export function number(digits: string): Decimal {
  return checked(new Exact(digits), digits)
}

export function operate(operator: string, left: Decimal, right: Decimal): Decimal {
  switch (operator) {
    case '+':
      return checked(left.plus(right), operator)
    case '-':
      return checked(left.minus(right), operator)
    case '*':
      return checked(left.times(right), operator)
    case '/':
      if (right.isZero()) throw invalid('Nothing can be divided by zero.')
      return checked(left.div(right), operator)
    case '^':
      return checked(left.pow(right), operator)
    default:
      return modulo(left, right)
  }
}

export function invalid(message: string): LumosError {
  return new LumosError('invalid-request', message)
}

function checked(value: Decimal, what: string): Decimal {
  if (value.isNaN()) throw invalid(`${what} has no result for these numbers.`)
  if (!value.isFinite()) throw invalid('The result is infinite, or too large.')
  return value
}

/** The sign of the divisor, as in mathematics: -1 mod 3 is 2. */
function modulo(left: Decimal, right: Decimal): Decimal {
  if (right.isZero()) throw invalid('Nothing can be divided by zero.')
  const remainder = left.mod(right)
  const isOpposite = !remainder.isZero() && remainder.isNegative() !== right.isNegative()
  return checked(isOpposite ? remainder.plus(right) : remainder, 'mod')
}

function factorial(value: Decimal): Decimal {
  if (!value.isInteger() || value.isNegative() || value.gt(maxFactorial)) {
    throw invalid(`A factorial needs an integer from 0 to ${maxFactorial}.`)
  }
  let product = new Exact(1)
  for (let factor = 2; factor <= value.toNumber(); factor++) product = product.times(factor)
  return product
}

function gcd(first: Decimal, second: Decimal): Decimal {
  if (!first.isInteger() || !second.isInteger()) throw invalid('gcd and lcm need integers.')
  let [a, b] = [first.abs(), second.abs()]
  while (!b.isZero()) [a, b] = [b, a.mod(b)]
  return a
}

function round(value: Decimal, places: Decimal = new Exact(0)): Decimal {
  if (!places.isInteger() || places.isNegative() || places.gt(64)) {
    throw invalid('round takes 0 to 64 decimal places.')
  }
  return value.toDecimalPlaces(places.toNumber())
}

function unary(apply: (x: Decimal) => Decimal): { arity: [number, number]; apply: Operation } {
  return { arity: [1, 1], apply: x => apply(one(x)) }
}

function angle(apply: (x: Decimal) => Decimal): { arity: [number, number]; apply: Operation } {
  return unary(x => {
    if (x.abs().gt(maxAngle)) throw invalid(`Angles go up to ${maxAngle}.`)
    return apply(x)
  })
}

function many(apply: (values: Decimal[]) => Decimal): { arity: [number, number]; apply: Operation } {
  return { arity: [1, Number.POSITIVE_INFINITY], apply: (...values) => apply(values) }
}

/** The arity is checked before; this tells the compiler. */
function one(value: Decimal | undefined): Decimal {
  return value ?? new Exact(Number.NaN)
}

function arityText(least: number, most: number): string {
  if (most === Number.POSITIVE_INFINITY) return 'at least one number'
  return least === most ? `${least} number${least === 1 ? '' : 's'}` : `${least} or ${most} numbers`
}
