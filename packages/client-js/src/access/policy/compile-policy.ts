import { LumosError, type PolicyStatement } from '../../contracts/index.ts'
import { type LikePattern, parseLike } from './like.ts'
import { parseSelector, type Selector } from './selector.ts'

/** A policy that is well-formed, ready to be asked. All of its statements must hold. */
export interface CompiledPolicy {
  /** As it was written. */
  readonly source: readonly PolicyStatement[]
  readonly statements: readonly CompiledStatement[]
}

export type CompiledStatement =
  | { kind: 'equal'; isNegated: boolean; selector: Selector; value: unknown }
  | { kind: 'compare'; operator: '<' | '<=' | '>' | '>='; selector: Selector; value: number }
  | { kind: 'like'; selector: Selector; pattern: LikePattern }
  | { kind: 'not'; statement: CompiledStatement }
  | { kind: 'and' | 'or'; statements: readonly CompiledStatement[] }
  | { kind: 'all' | 'any'; selector: Selector; statement: CompiledStatement }

const maxStatements = 256
const maxDepth = 16

/**
 * @param source - hostile: a list of statements, as dag-cbor gave it
 * @throws {LumosError} `invalid-request`, `too-large`
 * @see UCAN 1.0 Delegation, Policy
 */
export function compilePolicy(source: unknown): CompiledPolicy {
  if (!Array.isArray(source)) throw invalid('it is not a list of statements')
  const compiler = new Compiler()
  return {
    source: source as PolicyStatement[],
    statements: source.map(statement => compiler.compile(statement, 1)),
  }
}

class Compiler {
  #count = 0

  compile(statement: unknown, depth: number): CompiledStatement {
    if (++this.#count > maxStatements || depth > maxDepth) {
      throw new LumosError('too-large', `A policy has at most ${maxStatements} statements, ${maxDepth} deep.`)
    }
    if (!Array.isArray(statement)) throw invalid('a statement is not a list')
    const [operator, ...operands] = statement as unknown[]
    if (operator === 'and' || operator === 'or') {
      const [statements] = take(operands, 1)
      if (!Array.isArray(statements)) throw invalid(`"${operator}" takes a list of statements`)
      return { kind: operator, statements: statements.map(inner => this.compile(inner, depth + 1)) }
    }
    if (operator === 'not') {
      const [inner] = take(operands, 1)
      return { kind: 'not', statement: this.compile(inner, depth + 1) }
    }
    const [path, value] = take(operands, 2)
    if (operator === 'all' || operator === 'any') {
      return { kind: operator, selector: parseSelector(path), statement: this.compile(value, depth + 1) }
    }
    return compileLeaf(operator, parseSelector(path), value)
  }
}

function compileLeaf(operator: unknown, selector: Selector, value: unknown): CompiledStatement {
  switch (operator) {
    case '==':
    case '!=':
      assertJson(value)
      return { kind: 'equal', isNegated: operator === '!=', selector, value }
    case '<':
    case '<=':
    case '>':
    case '>=':
      if (typeof value !== 'number') throw invalid(`"${operator}" takes a number`)
      return { kind: 'compare', operator, selector, value }
    case 'like':
      return { kind: 'like', selector, pattern: parseLike(value) }
    default:
      throw invalid('a statement has an unknown operator')
  }
}

function take(operands: unknown[], count: number): unknown[] {
  if (operands.length !== count) throw invalid('a statement has too few or too many parts')
  return operands
}

/** Parameters are JSON, so a condition on bytes or links could never hold, or, negated, never fail. */
function assertJson(value: unknown): void {
  if (!isJson(value)) throw invalid('a value in it has no JSON form')
}

function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson)
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint' && value !== undefined
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson)
}

function invalid(why: string): LumosError {
  return new LumosError('invalid-request', `The policy is not valid: ${why}.`)
}
