/** How a template names a column: as a variable where the name is one, else by the row. */
export const variableOf = (column: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(column) ? `{{ ${column} }}` : `{{ row["${column.replace(/["\\]/g, "\\$&")}"] }}`
