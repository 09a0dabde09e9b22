import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"

/** A name that a public module exports, with what its comment says. */
export interface PublicExport {
  readonly module: string
  readonly name: string
  /** The comment's first words, tags left out; of two declarations of a name the one that says more. */
  readonly sentence: string
  readonly hasSince: boolean
  readonly hasCategory: boolean
}

/** A public module: `src/*.ts` of a package, its index left out. */
export interface PublicModule {
  readonly path: string
  readonly exports: ReadonlyArray<PublicExport>
  /** The code of its `@example`s. */
  readonly examples: ReadonlyArray<string>
}

const fenced = /@example[^`]*```ts\n([\s\S]*?)```/g

const withoutStars = (comment: string): string =>
  comment
    .replace(/^\/\*\*|\*\/$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")

const commentOf = (source: ts.SourceFile, node: ts.Node): string => {
  const ranges = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []
  const range = ranges.filter(({ pos }) => source.text.startsWith("/**", pos)).at(-1)
  return range === undefined ? "" : withoutStars(source.text.slice(range.pos, range.end))
}

const namesOf = (statement: ts.Statement): ReadonlyArray<readonly [string, ts.Node]> => {
  if (ts.isExportDeclaration(statement)) {
    if (statement.exportClause === undefined || !ts.isNamedExports(statement.exportClause)) return []
    return statement.exportClause.elements.map((element) => [element.name.text, element])
  }
  const isExported =
    ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  if (isExported !== true) return []
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [[name.text, statement]] : []))
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  return isNamed && statement.name !== undefined ? [[statement.name.text, statement]] : []
}

const exportsOf = (source: ts.SourceFile, module: string): ReadonlyArray<PublicExport> => {
  const found = new Map<string, PublicExport>()
  for (const [name, node] of source.statements.flatMap(namesOf)) {
    const comment = commentOf(source, node)
    const sentence = comment.split(/^@/m)[0]?.trim() ?? ""
    const one = { module, name, sentence, hasSince: comment.includes("@since"), hasCategory: comment.includes("@category") }
    const before = found.get(name)
    if (before === undefined || before.sentence.length < sentence.length) found.set(name, one)
  }
  return [...found.values()]
}

/** The public modules of the package in `folder`. */
export const publicModules = (folder: string): ReadonlyArray<PublicModule> =>
  readdirSync(join(folder, "src"))
    .filter((name) => /^[A-Z].*\.ts$/.test(name))
    .map((name) => {
      const path = join(folder, "src", name)
      const text = readFileSync(path, "utf8")
      const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, false)
      const examples = [...withoutStarsEverywhere(text).matchAll(fenced)].map(([, code = ""]) => code)
      return { path, exports: exportsOf(source, name.replace(/\.ts$/, "")), examples }
    })

const withoutStarsEverywhere = (text: string): string =>
  [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].map(([comment]) => withoutStars(comment)).join("\n")
