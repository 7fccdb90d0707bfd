import { defineConfig } from 'eslint/config';
import vue from 'eslint-plugin-vue';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';
import { importBoundaries } from './scripts/lint/import-boundaries.mjs';
import { purityRules } from './scripts/lint/purity.mjs';

const TESTS = ['**/*.test.ts', '*/src/testing/**/*.ts', 'tests/**/*.ts', 'vitest.config.ts'];
const root = import.meta.dirname;

/** Rules for every file, typed or not. */
const everywhere = {
  'gridfleet/import-boundaries': 'error',
  // `== null` asks for null and undefined at once; every other loose comparison is a mistake.
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-var': 'error',
  'prefer-const': 'error',
  'object-shorthand': 'error',
  'no-throw-literal': 'error',
  'no-constant-binary-expression': 'error',
  'no-self-compare': 'error',
  'no-unreachable-loop': 'error',
};

/** Rules for TypeScript on top of the strict preset. */
const typed = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  // A module that is loaded late is named by `import('…')` in types.
  '@typescript-eslint/consistent-type-imports': [
    'error',
    { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
  ],
  // `{ secret, ...rest }` is how a field is left out.
  '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
  // TypeORM declares its option objects as classes.
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  '@typescript-eslint/ban-ts-comment': 'error',
  // The base rule knows no types and would double the typed one.
  'no-throw-literal': 'off',
  // Numbers in messages (ports, counts, milliseconds) are what they look like.
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  // `() => resolve()` and `return resolve()` in a function without a result are clear.
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  // Arrow functions stand for "do nothing" where a callback is optional.
  '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions'] }],
  // `while (true)` and `for (;;)` loops end by return; other constant conditions stay errors.
  '@typescript-eslint/no-unnecessary-condition': [
    'error',
    { allowConstantLoopConditions: 'only-allowed-literals' },
  ],
  // Namespaces of constants and event maps are written as both; the choice is the author's.
  '@typescript-eslint/consistent-type-definitions': 'off',
};

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      '.gridfleet/',
      'coverage/',
      // Written by the build's component plug-in.
      'web/components.d.ts',
      'web/src/components.d.ts',
    ],
  },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  { plugins: { gridfleet: { rules: { 'import-boundaries': importBoundaries } } }, rules: everywhere },

  {
    files: ['**/*.ts', '**/*.mts', '**/*.vue'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { tsconfigRootDir: root, extraFileExtensions: ['.vue'] } },
    rules: typed,
  },
  {
    files: ['**/*.ts', '**/*.mts'],
    ignores: ['web/**'],
    // One program for all of it: a third of the time of one for each package, and needs no build.
    languageOptions: { parserOptions: { project: ['scripts/lint/tsconfig.json'] } },
  },
  {
    files: ['web/**/*.ts', 'web/**/*.vue'],
    languageOptions: { parserOptions: { projectService: true } },
  },
  {
    files: TESTS,
    rules: {
      // Stubs answer at once where the real thing waits.
      '@typescript-eslint/require-await': 'off',
      // Assertion helpers take methods without calling them.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['web/**/*.ts', 'web/**/*.vue'],
    // Composables hand out free functions that their types declare as methods (`const { t } = useI18n()`).
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['shared/src/domain/**/*.ts'],
    ignores: TESTS,
    rules: purityRules,
  },

  {
    files: ['**/*.vue'],
    extends: [vue.configs['flat/recommended']],
    languageOptions: {
      parser: vueParser,
      globals: globals.browser,
      parserOptions: {
        parser: tseslint.parser,
        projectService: true,
        tsconfigRootDir: root,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      // Prettier lays out the templates; these five would argue with it.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      // The root component is called App by everybody.
      'vue/multi-word-component-names': ['error', { ignores: ['app', 'App'] }],
    },
  },

  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: globals.node },
    rules: { 'no-undef': 'error', 'no-unused-vars': 'error', 'no-empty': 'error', 'no-fallthrough': 'error' },
  },
  {
    // The one declaration file written by hand belongs to a plain JavaScript module.
    files: ['cli/bin/*.d.mts'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { project: false } },
  },
);
