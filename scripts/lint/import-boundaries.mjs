import { builtinModules } from 'node:module';
import { dirname, resolve } from 'node:path';
import { ZONES, isTest, workspaceOf, zoneOfFile, zoneOfPackage } from './zones.mjs';

const BUILTIN = new Set(builtinModules);

function packageName(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Why a test must not import something: only reaching into another package's files is wrong. */
function problemOfTest(file, specifier) {
  if (!specifier.startsWith('.') || workspaceOf(file) === 'tests') return undefined;
  const target = workspaceOf(resolve(dirname(file), specifier));
  if (target === workspaceOf(file) || target === 'tests') return undefined;
  return `a test reaches ${target} through its package name, not by a relative path`;
}

function problemOfRelative(file, zone, specifier) {
  const target = resolve(dirname(file), specifier);
  const targetZone = zoneOfFile(target);
  if (targetZone !== undefined && workspaceOf(target) !== workspaceOf(file)) {
    return `${zone} reaches ${targetZone} through its package name, not by a relative path`;
  }
  if (targetZone === undefined && workspaceOf(target) !== workspaceOf(file)) {
    return `${zone} must not import files outside its package`;
  }
  if (targetZone !== undefined && !ZONES[zone].imports.includes(targetZone)) {
    return `${zone} must not import ${targetZone}`;
  }
  return undefined;
}

function problemOfPackage(zone, specifier) {
  const { imports, externals, node = true } = ZONES[zone];
  const target = zoneOfPackage(specifier);
  if (target !== undefined) return imports.includes(target) ? undefined : `${zone} must not import ${target}`;
  if (packageName(specifier).startsWith('@gridfleet/')) return `"${specifier}" is not a public entry point`;
  if (specifier.startsWith('node:') || BUILTIN.has(specifier)) {
    return node ? undefined : `${zone} must not import Node's own modules`;
  }
  if (externals !== undefined && !externals.includes(packageName(specifier))) {
    return `${zone} may only import these packages: ${externals.join(', ')}`;
  }
  return undefined;
}

/** Why a file must not import a specifier, or undefined when it may. */
export function importProblem(file, specifier) {
  if (isTest(file)) return problemOfTest(file, specifier);
  const zone = zoneOfFile(file);
  if (zone === undefined) return undefined;
  return specifier.startsWith('.')
    ? problemOfRelative(file, zone, specifier)
    : problemOfPackage(zone, specifier);
}

/** ESLint rule: imports follow the table of zones. */
export const importBoundaries = {
  meta: { type: 'problem', schema: [], messages: { forbidden: '{{problem}}.' } },
  create(context) {
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') return;
      const problem = importProblem(context.filename, specifier);
      if (problem !== undefined)
        context.report({ node: node.source, messageId: 'forbidden', data: { problem } });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};
