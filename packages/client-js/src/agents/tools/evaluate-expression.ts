import type { Decimal } from 'decimal.js'
import { callFunction, constant, invalid, isFunctionName, number, operate } from './arithmetic.ts'

type Token = { kind: 'number' | 'name' | 'symbol'; text: string }

/** A value, and whether it was written as a percentage: `200 + 10%` is 220. */
interface Term {
  value: Decimal
  isPercent: boolean
}

/**
 * The value of an arithmetic expression: numbers, `+ - * / ^ % !`, mod, brackets, functions, pi, e and tau. There
 * is nothing else to name, assign or call, so there is nothing to break out of.
 *
 * @throws {LumosError} `invalid-request`, saying what is wrong
 */
export function evaluateExpression(expression: string): Decimal {
  const parser = new Parser(tokenize(expression))
  const value = parser.sum().value
  parser.expectEnd()
  return value
}

function tokenize(expression: string): Token[] {
  const tokens: Token[] = []
  const pattern =
    /\s+|(?<number>(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|(?<name>[a-z][a-z0-9]*)|(?<symbol>[-+*/^%!(),])/giy
  while (pattern.lastIndex < expression.length) {
    const start = pattern.lastIndex
    const match = pattern.exec(expression)
    if (match === null) throw invalid(`"${expression.slice(start, start + 16)}" is not arithmetic.`)
    const { number: digits, name, symbol } = match.groups ?? {}
    if (digits !== undefined) tokens.push({ kind: 'number', text: digits })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name.toLowerCase() })
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol })
  }
  return tokens
}

/** Recursive descent, weakest operators first. */
class Parser {
  readonly #tokens: Token[]
  #position = 0

  constructor(tokens: Token[]) {
    this.#tokens = tokens
  }

  sum(): Term {
    let left = this.#product()
    while (this.#isNext('+', '-')) {
      const operator = this.#take()
      const right = this.#product()
      const amount = right.isPercent && !left.isPercent ? operate('*', left.value, right.value) : right.value
      left = { value: operate(operator, left.value, amount), isPercent: left.isPercent && right.isPercent }
    }
    return left
  }

  expectEnd(): void {
    const token = this.#tokens[this.#position]
    if (token !== undefined) throw invalid(`"${token.text}" is not expected there.`)
  }

  #product(): Term {
    let left = this.#signed()
    while (true) {
      let operator = '*'
      if (this.#isNext('*', '/', '%', 'mod')) operator = this.#take()
      // `2 pi` and `2(3 + 4)` multiply; `2 3` is a mistake.
      else if (!this.#startsFactor() || this.#tokens[this.#position]?.kind === 'number') return left
      left = { value: operate(operator, left.value, this.#signed().value), isPercent: false }
    }
  }

  #signed(): Term {
    if (!this.#isNext('+', '-')) return this.#power()
    const operator = this.#take()
    const term = this.#signed()
    return operator === '-' ? { ...term, value: term.value.neg() } : term
  }

  /** Binds stronger than the sign before it, weaker than the one behind: -2^2 is -4, 2^-1 is 0.5. */
  #power(): Term {
    const base = this.#postfix()
    if (!this.#isNext('^')) return base
    this.#take()
    return { value: operate('^', base.value, this.#signed().value), isPercent: false }
  }

  #postfix(): Term {
    let term: Term = { value: this.#primary(), isPercent: false }
    while (true) {
      if (this.#isNext('!')) {
        this.#take()
        term = { value: callFunction('factorial', [term.value]), isPercent: false }
      } else if (this.#isNext('%') && !this.#startsFactor(1)) {
        this.#take()
        term = { value: operate('/', term.value, number('100')), isPercent: true }
      } else return term
    }
  }

  #primary(): Decimal {
    const token = this.#tokens[this.#position++]
    if (token === undefined) throw invalid('The expression ends too early.')
    if (token.kind === 'number') return number(token.text)
    if (token.kind === 'name') return this.#named(token.text)
    if (token.text !== '(') throw invalid(`"${token.text}" is not expected there.`)
    const { value } = this.sum()
    this.#expect(')')
    return value
  }

  #named(name: string): Decimal {
    const value = constant(name)
    if (value !== undefined) return value
    if (!this.#isNext('(')) {
      // `sqrt 16`, as people say it.
      if (isFunctionName(name) && this.#startsFactor()) return callFunction(name, [this.#power().value])
      throw invalid(`"${name}" is not a number.`)
    }
    this.#take()
    const args = [this.sum().value]
    while (this.#isNext(',')) {
      this.#take()
      args.push(this.sum().value)
    }
    this.#expect(')')
    return callFunction(name, args)
  }

  #expect(symbol: string): void {
    if (!this.#isNext(symbol)) throw invalid(`A "${symbol}" is missing.`)
    this.#position++
  }

  #take(): string {
    return (this.#tokens[this.#position++] as Token).text
  }

  #isNext(...texts: string[]): boolean {
    const token = this.#tokens[this.#position]
    return token !== undefined && token.kind !== 'number' && texts.includes(token.text)
  }

  #startsFactor(ahead = 0): boolean {
    const token = this.#tokens[this.#position + ahead]
    if (token === undefined) return false
    return token.kind === 'number' || token.text === '(' || (token.kind === 'name' && token.text !== 'mod')
  }
}
