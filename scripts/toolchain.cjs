/*
 * Copyright 2026 The Infra Hub Authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

/*
 * What `npm start` and `npm test` run first. It makes a fresh checkout usable on
 * any Node from 18 up: brings Node 24 from the package registry when the running
 * one is not 22 or 24, installs the dependencies with the committed yarn, then
 * runs the wanted script with that toolchain first on PATH.
 *
 * This file runs on the old Node, so it uses nothing newer and no dependency.
 */

const { spawn } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const NODE_VERSION = '24.21.0';
const SUPPORTED_MAJORS = [22, 24];
const root = path.resolve(__dirname, '..');
const cache = path.join(root, '.cache', 'toolchain');

/** Scripts that may be run, and what they need besides the dependencies. */
const SCRIPTS = {
  start: 'start.mjs',
  'start:postgres': 'start.mjs',
  test: 'test.mjs',
  exec: undefined,
};

function say(message) {
  process.stderr.write(`[drift] ${message}\n`);
}

const startedBy = process.ppid;

function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const forward = signal => child.kill(signal);
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    // npm ends without a word to what it started.
    const watch = setInterval(() => {
      if (process.ppid !== startedBy) {
        forward('SIGTERM');
      }
    }, 1000).unref();
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      resolve(signal ? 1 : code);
    });
  });
}

async function bringNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (SUPPORTED_MAJORS.includes(major)) {
    return path.dirname(process.execPath);
  }

  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const bin = path.join(cache, 'node_modules', name, 'bin');
  const stamp = path.join(cache, 'node-version');
  const present =
    fs.existsSync(path.join(bin, 'node')) &&
    fs.existsSync(stamp) &&
    fs.readFileSync(stamp, 'utf8') === NODE_VERSION;
  if (!present) {
    say(
      `Node ${process.versions.node} is running, Backstage needs 22 or 24: bringing Node ${NODE_VERSION} (once) …`,
    );
    fs.mkdirSync(cache, { recursive: true });
    const code = await run(
      'npm',
      [
        'install',
        '--prefix',
        cache,
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--no-package-lock',
        '--loglevel=error',
        `${name}@${NODE_VERSION}`,
      ],
      // Inside "npm start" npm puts its own settings of this project in the
      // environment; they must not reach an install somewhere else.
      {
        cwd: cache,
        env: withoutNpmSettings(process.env),
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    if (code !== 0) {
      throw new Error(
        `Node ${NODE_VERSION} could not be installed. Install Node 22 or 24 by hand and try again.`,
      );
    }
    fs.writeFileSync(stamp, NODE_VERSION);
  }
  return bin;
}

function withoutNpmSettings(env) {
  const clean = {};
  for (const [key, value] of Object.entries(env)) {
    if (
      !/^npm_(lifecycle|package|command|execpath|node_execpath|config_(local_prefix|prefix|global_prefix|init_module|noproxy))/.test(
        key,
      )
    ) {
      clean[key] = value;
    }
  }
  return clean;
}

function writeYarnShim(nodeBin) {
  const shims = path.join(cache, 'bin');
  const release = fs
    .readdirSync(path.join(root, '.yarn', 'releases'))
    .find(file => file.startsWith('yarn-'));
  const yarn = path.join(root, '.yarn', 'releases', release);
  fs.mkdirSync(shims, { recursive: true });
  const shim = path.join(shims, 'yarn');
  fs.writeFileSync(
    shim,
    `#!/bin/sh\nexec "${path.join(nodeBin, 'node')}" "${yarn}" "$@"\n`,
    { mode: 0o755 },
  );
  return { shims, yarn };
}

/** Changes when anything changes that an install depends on. */
function fingerprintDependencies() {
  const hash = crypto.createHash('sha256');
  const files = ['yarn.lock', '.yarnrc.yml', 'package.json'];
  for (const folder of ['packages', 'plugins']) {
    for (const name of fs.readdirSync(path.join(root, folder)).sort()) {
      files.push(path.join(folder, name, 'package.json'));
    }
  }
  hash.update(process.platform + process.arch);
  for (const file of files) {
    const full = path.join(root, file);
    if (fs.existsSync(full)) {
      hash.update(file).update(fs.readFileSync(full));
    }
  }
  return hash.digest('hex');
}

async function installDependencies(node, yarn, env) {
  const stamp = path.join(root, 'node_modules', '.drift-installed');
  const wanted = fingerprintDependencies();
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) {
    return;
  }
  say('Installing dependencies, two to four minutes the first time …');
  const started = Date.now();
  const child = spawn(node, [yarn, 'install', '--immutable'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let step = 'starting';
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const heartbeat = setInterval(() => say(`  ${step} … ${seconds()} s`), 15000);
  const read = chunk => {
    output += chunk;
    const found = [...String(chunk).matchAll(/┌ (\w[\w ]*?) step/g)].pop();
    if (found) {
      step = found[1].toLowerCase();
      say(`  ${step} … ${seconds()} s`);
    }
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  clearInterval(heartbeat);
  if (code !== 0) {
    process.stderr.write(output);
    throw new Error(
      `Installing the dependencies failed (yarn exited with ${code}); its output is above.`,
    );
  }
  fs.writeFileSync(stamp, wanted);
  say(`Dependencies installed in ${seconds()} s.`);
}

async function main() {
  const [script, ...args] = process.argv.slice(2);
  if (!Object.hasOwn(SCRIPTS, script)) {
    throw new Error(
      `Unknown script '${script}'; known are ${Object.keys(SCRIPTS).join(
        ', ',
      )}.`,
    );
  }
  const nodeBin = await bringNode();
  const node = path.join(nodeBin, 'node');
  const { shims, yarn } = writeYarnShim(nodeBin);
  const env = {
    ...withoutNpmSettings(process.env),
    PATH: [
      shims,
      nodeBin,
      path.join(root, 'node_modules', '.bin'),
      process.env.PATH,
    ].join(path.delimiter),
  };
  // Native addons compile against this Node's own headers, without a download.
  const include = path.resolve(nodeBin, '..', 'include', 'node');
  if (fs.existsSync(include)) {
    env.npm_config_nodedir = path.resolve(nodeBin, '..');
  }
  await installDependencies(node, yarn, env);

  if (script === 'exec') {
    return run(args[0], args.slice(1), { env });
  }
  const flags = script === 'start:postgres' ? ['--postgres'] : [];
  return run(node, [path.join(__dirname, SCRIPTS[script]), ...flags, ...args], {
    cwd: root,
    env,
  });
}

main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    say(error.message);
    process.exitCode = 1;
  },
);
