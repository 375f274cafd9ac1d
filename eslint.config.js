// The house rules that a machine can check (docs/ARCHITECTURE.md, "The house").
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const UNFAKEABLE_TIMERS = [
  {
    name: 'node:timers/promises',
    message: 'Fake timers cannot reach it: use src/async/sleep.ts.',
  },
  {
    name: 'node:perf_hooks',
    importNames: ['performance'],
    message: 'Fake timers cannot reach it: use the global performance.',
  },
];

export default tseslint.config(
  { ignores: ['build/**', 'coverage/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines-per-function': ['error', { max: 70, skipComments: true, skipBlankLines: true }],
      'max-lines': ['error', { max: 300, skipComments: false, skipBlankLines: false }],
      'max-params': ['error', 4],
      complexity: ['error', { max: 10, variant: 'modified' }],
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: UNFAKEABLE_TIMERS }],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='AbortSignal'][property.name='timeout']",
          message: 'Fake timers cannot reach it: use withDeadline of src/async/deadline.ts.',
        },
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'The environment is read in src/config/load.ts only.',
        },
      ],
    },
  },
  {
    files: ['src/config/load.ts', 'src/drill/**/*.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['src/domain/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          'Date',
          'performance',
          'setTimeout',
          'setInterval',
          'setImmediate',
          'process',
          'console',
        ].map((name) => ({
          name,
          message: 'domain/ is pure: time and identity come in as arguments.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'domain/ is pure.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        URL: 'readonly',
      },
    },
  },
);
