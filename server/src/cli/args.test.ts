import { describe, expect, it } from 'vitest';
import { parseCommand } from './args.ts';

const plain = { name: 'check', target: 'dir', format: 'text', fix: 'no', only: undefined, failOn: 'error' } as const;

describe('the command line', () => {
  it.each([
    ['check dir', plain],
    ['check -', { ...plain, target: '-' }],
    ['check dir --format json', { ...plain, format: 'json' }],
    ['check --format=json dir', { ...plain, format: 'json' }],
    ['check dir --fix', { ...plain, fix: 'write' }],
    ['check dir --dry-run --fix', { ...plain, fix: 'preview' }],
    ['check - --fix --dry-run', { ...plain, target: '-', fix: 'preview' }],
    ['check dir --only a.yaml', { ...plain, only: ['a.yaml'] }],
    ['check dir --only a.yaml b.yaml --format json', { ...plain, only: ['a.yaml', 'b.yaml'], format: 'json' }],
    ['check --only a.yaml b.yaml --fix dir', { ...plain, only: ['a.yaml', 'b.yaml'], fix: 'write' }],
    ['check --only a.yaml b.yaml -- dir', { ...plain, only: ['a.yaml', 'b.yaml'] }],
    ['check dir --only a.yaml --only b.yaml', { ...plain, only: ['a.yaml', 'b.yaml'] }],
    ['check dir --only=a.yaml', { ...plain, only: ['a.yaml'] }],
    ['check dir --fail-on never', { ...plain, failOn: 'never' }],
    ['check -- --only', { ...plain, target: '--only' }],
    ['check --explain gateway-not-found', { name: 'explain', code: 'gateway-not-found' }],
    ['--help', { name: 'help' }],
    ['check -h', { name: 'help' }],
    ['help', { name: 'help' }],
    ['--version', { name: 'version' }],
  ])('reads %s', (line, command) => {
    expect(parseCommand(line.split(' '))).toEqual(command);
  });

  it.each([
    ['', 'a command is missing'],
    ['verify dir', "unknown command 'verify'"],
    ['check', 'check needs a folder, or - for standard input'],
    ['check a b', "check takes one folder, and 'b' is a second one"],
    ['check --only a', 'check needs a folder: write it before --only, which takes everything up to the next flag'],
    ['check dir --only', '--only names no file'],
    ['check dir --only --fix', '--only names no file'],
    ['check dir --format xml', '--format xml: use text, json'],
    ['check dir --fail-on info', '--fail-on info: use error, warning, information, hint, never'],
    ['check dir --dry-run', '--dry-run goes with --fix'],
    ['check dir --fix --dry-run --format json', '--dry-run prints a diff: leave --format json out'],
    ['check - --fix', 'standard input cannot be fixed in place: add --dry-run for a diff'],
    ['check - --only a', '--only needs a folder'],
    ['check dir --explain a', '--explain CODE goes alone'],
    ['check --explain a --format json', '--explain CODE goes alone'],
    ['trace dir --explain a', '--explain goes with check'],
    ['check dir --colour', "unknown option '--colour'"],
    ['check dir --format', "option '--format <value>' argument missing"],
    ['check dir --fix=yes', "option '--fix' does not take an argument"],
  ])('refuses "%s"', (line, message) => {
    expect(() => parseCommand(line.split(' ').filter((each) => each !== ''))).toThrow(message);
  });
});
