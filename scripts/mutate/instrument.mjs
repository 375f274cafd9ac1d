// Puts every mutant of a TypeScript file into its compiled form at once, each behind a switch:
// `globalThis.mutant(7) ? mutated : original`. So one process can run the tests against all of them.
import ts from 'typescript';

const f = ts.factory;

const SWAPS = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, [ts.SyntaxKind.ExclamationEqualsEqualsToken]],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, [ts.SyntaxKind.EqualsEqualsEqualsToken]],
  [
    ts.SyntaxKind.LessThanToken,
    [ts.SyntaxKind.LessThanEqualsToken, ts.SyntaxKind.GreaterThanEqualsToken],
  ],
  [
    ts.SyntaxKind.LessThanEqualsToken,
    [ts.SyntaxKind.LessThanToken, ts.SyntaxKind.GreaterThanToken],
  ],
  [
    ts.SyntaxKind.GreaterThanToken,
    [ts.SyntaxKind.GreaterThanEqualsToken, ts.SyntaxKind.LessThanEqualsToken],
  ],
  [
    ts.SyntaxKind.GreaterThanEqualsToken,
    [ts.SyntaxKind.GreaterThanToken, ts.SyntaxKind.LessThanToken],
  ],
  [ts.SyntaxKind.PlusToken, [ts.SyntaxKind.MinusToken]],
  [ts.SyntaxKind.MinusToken, [ts.SyntaxKind.PlusToken]],
  [ts.SyntaxKind.AsteriskToken, [ts.SyntaxKind.SlashToken]],
  [ts.SyntaxKind.SlashToken, [ts.SyntaxKind.AsteriskToken]],
  [ts.SyntaxKind.AsteriskAsteriskToken, [ts.SyntaxKind.AsteriskToken]],
  [ts.SyntaxKind.AmpersandAmpersandToken, [ts.SyntaxKind.BarBarToken]],
  [ts.SyntaxKind.BarBarToken, [ts.SyntaxKind.AmpersandAmpersandToken]],
  [ts.SyntaxKind.QuestionQuestionToken, [ts.SyntaxKind.AmpersandAmpersandToken]],
]);

const TRUTHS = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
]);

const METHODS = new Map([
  ['every', 'some'],
  ['some', 'every'],
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['flatMap', 'map'],
]);

/** Returns the JavaScript and one entry a mutant; ids count on from `firstId`. */
export function instrument(path, text, firstId) {
  const mutants = [];
  const transformer = (context) => (source) => {
    const note = (node, how) => {
      const id = firstId + mutants.length;
      const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
      const original = node.getText(source).replace(/\s+/g, ' ').slice(0, 70);
      mutants.push({ id, path, line: line + 1, column: character + 1, how, original });
      return id;
    };
    const visit = (node) => {
      if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || isElsewhere(node)) {
        return node;
      }
      const inner = ts.visitEachChild(node, visit, context);
      return mutateBlock(node, inner, note) ?? mutateExpression(node, inner, note);
    };
    return ts.visitEachChild(source, visit, context);
  };
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
    transformers: { before: [transformer] },
  });
  return { code: outputText, mutants };
}

/** Where a literal is a name and no value. */
function isElsewhere(node) {
  return (
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeAliasDeclaration(node)
  );
}

/** A body that does nothing. */
function mutateBlock(node, inner, note) {
  if (ts.isBlock(node) && node.statements.length > 0) {
    const id = note(node, 'empty block');
    const kept = f.createIfStatement(f.createLogicalNot(isOn(id)), f.createBlock(inner.statements));
    return f.createBlock([kept]);
  }
  if (ts.isCaseClause(node) && node.statements.length > 0) {
    const id = note(node.expression, 'case does nothing');
    const kept = f.createIfStatement(f.createLogicalNot(isOn(id)), f.createBlock(inner.statements));
    return f.createCaseClause(inner.expression, [kept]);
  }
  return undefined;
}

function mutateExpression(node, inner, note) {
  let result = inner;
  for (const [how, mutated] of mutationsOf(node)) {
    const id = note(node, how);
    result = f.createParenthesizedExpression(
      f.createConditionalExpression(isOn(id), undefined, mutated, undefined, result),
    );
  }
  return result;
}

function mutationsOf(node) {
  if (ts.isBinaryExpression(node)) {
    return binaryMutations(node);
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return [['without !', node.operand]];
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    return [['without -', node.operand]];
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) {
    return isLiteralType(node) ? [] : [['false', f.createFalse()]];
  }
  if (node.kind === ts.SyntaxKind.FalseKeyword) {
    return isLiteralType(node) ? [] : [['true', f.createTrue()]];
  }
  return literalMutations(node) ?? callMutations(node);
}

function binaryMutations(node) {
  const { kind } = node.operatorToken;
  const swapped = (SWAPS.get(kind) ?? []).map((other) => [
    ts.tokenToString(other),
    f.createParenthesizedExpression(
      f.createBinaryExpression(bracketed(node.left), other, bracketed(node.right)),
    ),
  ]);
  const fixed = TRUTHS.has(kind)
    ? [
        ['true', f.createTrue()],
        ['false', f.createFalse()],
      ]
    : [];
  return [...swapped, ...fixed];
}

function literalMutations(node) {
  if (ts.isStringLiteral(node)) {
    return isName(node) ? [] : [['other text', f.createStringLiteral(`${node.text}!`)]];
  }
  if (ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)) {
    return [['other text', f.createStringLiteral('!')]];
  }
  if (ts.isArrayLiteralExpression(node)) {
    const elements = node.elements.length === 0 ? [f.createStringLiteral('mutant')] : [];
    return [['other list', f.createArrayLiteralExpression(elements)]];
  }
  if (ts.isObjectLiteralExpression(node) && node.properties.length > 0) {
    return [['empty object', f.createObjectLiteralExpression([])]];
  }
  return undefined;
}

function callMutations(node) {
  if (ts.isPropertyAccessExpression(node) && METHODS.has(node.name.text)) {
    if (ts.isCallExpression(node.parent) && node.parent.expression === node) {
      return [];
    }
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression: object, name } = node.expression;
    if (name.text === 'filter') {
      return [['without filter', object]];
    }
    const other = METHODS.get(name.text);
    return other === undefined
      ? []
      : [
          [
            other,
            f.createCallExpression(
              f.createPropertyAccessExpression(object, other),
              undefined,
              node.arguments,
            ),
          ],
        ];
  }
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
    return [
      [
        'returns nothing',
        f.createArrowFunction(
          undefined,
          undefined,
          [],
          undefined,
          undefined,
          f.createIdentifier('undefined'),
        ),
      ],
    ];
  }
  if (ts.isConditionalExpression(node)) {
    return [
      ['first branch', bracketed(node.whenTrue)],
      ['second branch', bracketed(node.whenFalse)],
    ];
  }
  return [];
}

function isName(node) {
  const { parent } = node;
  return ts.isLiteralTypeNode(parent) || (ts.isPropertyAssignment(parent) && parent.name === node);
}

function isLiteralType(node) {
  return ts.isLiteralTypeNode(node.parent);
}

function bracketed(node) {
  return f.createParenthesizedExpression(node);
}

function isOn(id) {
  return f.createCallExpression(
    f.createPropertyAccessExpression(f.createIdentifier('globalThis'), 'mutant'),
    undefined,
    [f.createNumericLiteral(id)],
  );
}
