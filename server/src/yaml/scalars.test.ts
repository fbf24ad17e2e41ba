import { describe, expect, it } from 'vitest';
import { resolvePlain, resolveTagged } from './scalars.ts';

describe('resolvePlain', () => {
  it.each(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'])('%s is true', (text) => {
    expect(resolvePlain(text)).toBe(true);
  });

  it.each(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'])('%s is false', (text) => {
    expect(resolvePlain(text)).toBe(false);
  });

  it.each(['', '~', 'null', 'Null', 'NULL'])('%j is null', (text) => {
    expect(resolvePlain(text)).toBeNull();
  });

  it.each([
    ['0', 0],
    ['80', 80],
    ['-1', -1],
    ['+5', 5],
    ['0777', 511],
    ['0o17', 15],
    ['0x1F', 31],
    ['-0x10', -16],
    ['0b101', 5],
    ['1_000', 1000],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1.', 1],
    ['1e3', 1000],
    ['080', 80],
    ['09', 9],
    ['.inf', Number.POSITIVE_INFINITY],
    ['-.INF', Number.NEGATIVE_INFINITY],
    ['.nan', Number.NaN],
  ])('%s is the number %d', (text, value) => {
    expect(resolvePlain(text)).toBe(value);
  });

  it.each([
    ...[
      '*',
      '.',
      './*',
      'yEs',
      'tRUE',
      'nULL',
      'yes.example.com',
      '1.2.3.4',
      '10.0.0.0/8',
      '12:30:45',
      '2020-01-01',
      '5s',
    ],
    ...['api.example.com', 'v1', '0x', '0b2', '-', '+', '_1', 'e3', '1e', '~a', 'on-call', '١'],
  ])('%s is text', (text) => {
    expect(resolvePlain(text)).toBe(text);
  });
});

describe('resolveTagged', () => {
  it('follows the tags of YAML, and leaves others as text', () => {
    expect(resolveTagged('tag:yaml.org,2002:str', '80')).toBe('80');
    expect(resolveTagged('tag:yaml.org,2002:int', '80')).toBe(80);
    expect(resolveTagged('tag:yaml.org,2002:bool', 'on')).toBe(true);
    expect(resolveTagged('!custom', 'on')).toBe('on');
  });
});
