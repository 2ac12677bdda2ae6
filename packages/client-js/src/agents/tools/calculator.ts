import type { Decimal } from 'decimal.js'
import { LumosError, type Tool } from '../../contracts/index.ts'

const maxLength = 500

/**
 * Computes with 64 digits: integers come out whole, other results exactly where they have up to 30 digits, and
 * with 15 significant digits where not. Arithmetic only, nothing is ever run as code.
 */
export function calculator(): Tool {
  return {
    name: 'calculator',
    description: 'Computes an arithmetic expression, for example 23 * 19 or sqrt(2) / 3.',
    parameters: {
      type: 'object',
      properties: { expression: { type: 'string', description: 'For example: (3 + 4) * 5' } },
      required: ['expression'],
      additionalProperties: false,
    },
    idempotent: true,
    async execute(args) {
      const expression = String(args.expression)
      if (expression.length > maxLength) {
        throw new LumosError('too-large', `An expression has at most ${maxLength} characters.`)
      }
      // Loaded with the first calculation: the arithmetic is larger than the rest of the agent.
      const { evaluateExpression } = await import('./evaluate-expression.ts')
      return format(evaluateExpression(normalizeExpression(expression)))
    },
  }
}

/** What people and small models write, as the parser wants it. */
export function normalizeExpression(text: string): string {
  let expression = text
    .normalize('NFKC')
    .replace(/[×⋅·∙]/g, '*')
    .replace(/[÷∕]/g, '/')
    .replace(/[−–—]/g, '-')
    .replace(/\*\*/g, '^')
    .replace(/√\s*(\d+(?:\.\d+)?)/g, 'sqrt($1)')
    .replace(/√/g, 'sqrt')
    .replace(/π/g, 'pi')
    .replace(/%\s*of\b/gi, '/100*')
    .replace(/\bmultiplied by\b|\btimes\b/gi, '*')
    .replace(/\bdivided by\b|\bover\b/gi, '/')
    .replace(/\bplus\b/gi, '+')
    .replace(/\bminus\b/gi, '-')
    .replace(/([\d)])\s*[xX]\s*(?=[\d(.-])/g, '$1*')
    .replace(/[=?\s]+$/, '')
    .trim()
  // A comma between digits groups thousands, unless a function could be separating its arguments by it.
  if (!/[a-z]/i.test(expression)) expression = expression.replace(/\b(\d{1,3}(?:,\d{3})+)\b/g, ungroup)
  return expression
}

function ungroup(group: string): string {
  return group.replaceAll(',', '')
}

const maxExactDigits = 30
const significantDigits = 15

function format(value: Decimal): string {
  if (value.isInteger() && value.precision(true) <= 64) return value.toFixed()
  const isShort = value.precision() <= maxExactDigits && value.decimalPlaces() <= maxExactDigits
  return isShort && !value.isInteger()
    ? value.toFixed()
    : value.toSignificantDigits(significantDigits).toString()
}
