import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const topFolders = /^(packages|spec|docs|examples|bench|tests|scripts|models|\.ci|\.changeset|\.github)\//
const placeholder = /[<>{}*…$]|\.\.\./
const built = /(^|\/)(node_modules|dist|coverage)(\/|$)|^(docs\/api|bench\/results)(\/|$)/

/**
 * Names every path in the documents that does not exist: `folder/file` in backticks, and relative links.
 *
 * @param {string[]} documents - Markdown files
 * @returns {string[]} one line per problem
 */
export function checkDocPaths(documents) {
  return documents.flatMap(document => {
    const text = readFileSync(document, 'utf8').replace(/^```[\s\S]*?^```/gm, '')
    const missing = [...namedPaths(text), ...linkedPaths(text, document)].filter(path => !existsSync(path))
    return [...new Set(missing)].map(path => `${document} names ${path}, which does not exist`)
  })
}

function namedPaths(text) {
  return [...text.matchAll(/`([^`\s]+)`/g)]
    .map(match => match[1].replace(/(:\d+|#.*)$/, ''))
    .filter(path => topFolders.test(path) && isConcrete(path))
}

function linkedPaths(text, document) {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(match => decodeURI(match[1].replace(/#.*$/, '')))
    .filter(path => path !== '' && !/^[a-z]+:/i.test(path) && isConcrete(path))
    .map(path => normalize(join(dirname(document), path)))
}

function isConcrete(path) {
  return !placeholder.test(path) && !built.test(path)
}
