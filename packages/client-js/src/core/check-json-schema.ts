import { type Schema, Validator } from '@cfworker/json-schema'
import type { JsonObject, JsonValue } from '../contracts/index.ts'

// Compiling is costly and schemas live as long as their tools; the entry goes with its schema.
const validators = new WeakMap<JsonObject, Validator>()

/**
 * What is wrong with `value`, in words; empty when it fits. Interprets the schema, so it works where a content
 * security policy forbids eval.
 *
 * @param schema - JSON Schema 2020-12
 */
export function checkJsonSchema(schema: JsonObject, value: JsonValue): string[] {
  let validator = validators.get(schema)
  if (validator === undefined) {
    validator = new Validator(schema as Schema, '2020-12', false)
    validators.set(schema, validator)
  }
  const { valid, errors } = validator.validate(value)
  if (valid) return []
  // A failing child is reported again by each of its parents; only the innermost reports say something.
  const own = errors.filter(error => !wrapperKeywords.has(error.keyword))
  return (own.length > 0 ? own : errors)
    .slice(0, 8)
    .map(error => `${error.instanceLocation.replace(/^#\/?/, '/')}: ${error.error}`)
}

const wrapperKeywords = new Set(['properties', 'items', 'prefixItems', 'allOf', 'anyOf', 'oneOf', '$ref'])
