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

// `npm start`: the sandbox cloud with its drift, then Backstage's backend and
// frontend. `--postgres` runs on PostgreSQL instead of SQLite, `--fresh` forgets
// what an earlier run left.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(import.meta.url), '..', '..');
const flags = new Set(process.argv.slice(2));
const demoDirectory = path.join(root, '.cache', 'demo');
const children = new Set();
let stopping = false;
let postgres;

function say(message) {
  process.stderr.write(`[drift] ${message}\n`);
}

/** Ends every child and what it started, and only then this process: a backend that lost its output would not end. */
async function stop(code) {
  if (stopping) {
    return;
  }
  stopping = true;
  const groups = [...children].map(child => child.pid).filter(Boolean);
  groups.forEach(group => signal(group, 'SIGTERM'));
  const deadline = Date.now() + 8000;
  while (groups.some(group => signal(group, 0)) && Date.now() < deadline) {
    await sleep(100);
  }
  groups.forEach(group => signal(group, 'SIGKILL'));
  await postgres?.stop();
  process.exit(code);
}

/** Each child leads a process group of its own. False when the group is gone. */
function signal(group, name) {
  try {
    process.kill(-group, name);
    return true;
  } catch (error) {
    if (error.code !== 'ESRCH') {
      say(`Could not stop process group ${group}: ${error.message}`);
    }
    return false;
  }
}

function start(name, command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
  });
  children.add(child);
  child.on('error', error => {
    say(`${name} did not start: ${error.message}`);
    stop(1);
  });
  child.on('exit', code => {
    if (!stopping) {
      say(`${name} ended with code ${code}.`);
      stop(code || 1);
    }
  });
  return child;
}

async function answers(address) {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

/**
 * Lets a pipeline on this machine push plans: a token of its own for every demo,
 * in a file that only this user can read.
 */
function writePipelineAccess() {
  const tokenFile = path.join(demoDirectory, 'ci-token');
  if (!fs.existsSync(tokenFile)) {
    fs.writeFileSync(tokenFile, randomBytes(32).toString('hex'), {
      mode: 0o600,
    });
  }
  const config = path.join(demoDirectory, 'app-config.ci.yaml');
  const access = {
    type: 'static',
    options: { token: { $file: 'ci-token' }, subject: 'ci-demo' },
    accessRestrictions: [
      { plugin: 'drift', permission: 'drift.report.ingest' },
    ],
  };
  // JSON is YAML.
  fs.writeFileSync(
    config,
    JSON.stringify({ backend: { auth: { externalAccess: [access] } } }),
  );
  return path.relative(root, config);
}

/** Access keys of the sandbox's AWS, which made them up when it started. */
function sandboxAccess() {
  const read = name =>
    fs.readFileSync(path.join(demoDirectory, 'aws', name), 'utf8').trim();
  return {
    SANDBOX_AWS_READER_KEY_ID: read('drift-reader.key-id'),
    SANDBOX_AWS_READER_KEY: read('drift-reader.key'),
    SANDBOX_AWS_REMEDIATOR_KEY_ID: read('drift-remediator.key-id'),
    SANDBOX_AWS_REMEDIATOR_KEY: read('drift-remediator.key'),
  };
}

process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

if (flags.has('--fresh')) {
  fs.rmSync(demoDirectory, { recursive: true, force: true });
}
fs.mkdirSync(path.join(demoDirectory, 'database'), { recursive: true });

const env = { ...process.env };
const configs = ['app-config.yaml'];
if (flags.has('--postgres')) {
  const { startPostgres } = await import('./postgres.mjs');
  postgres = await startPostgres({
    directory: path.join(root, '.cache', 'demo', 'postgres'),
    quiet: true,
  });
  env.POSTGRES_HOST = '127.0.0.1';
  env.POSTGRES_PORT = String(postgres.port);
  env.POSTGRES_USER = postgres.user;
  env.POSTGRES_PASSWORD = postgres.password;
  configs.push('app-config.postgres.yaml');
  say(`PostgreSQL ${postgres.version} is up on port ${postgres.port}.`);
}
if (fs.existsSync(path.join(root, 'app-config.local.yaml'))) {
  configs.push('app-config.local.yaml');
}

configs.push(writePipelineAccess());

say('Preparing the sandbox cloud …');
const sandbox = start(
  'The sandbox cloud',
  process.execPath,
  [
    path.join(root, 'packages', 'sandbox', 'bin', 'drift-sandbox'),
    'start',
    '--dir',
    demoDirectory,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
await new Promise(resolve => {
  createInterface({ input: sandbox.stdout }).on('line', line => {
    process.stderr.write(`[sandbox] ${line}\n`);
    if (line.startsWith('Ready')) {
      resolve();
    }
  });
});

Object.assign(env, sandboxAccess());

say('Starting Backstage …');
start(
  'Backstage',
  'backstage-cli',
  [
    'repo',
    'start',
    ...configs.flatMap(file => ['--config', path.join(root, file)]),
  ],
  { env },
);
while (
  !stopping &&
  !(
    (await answers('http://localhost:7007/.backstage/health/v1/readiness')) &&
    (await answers('http://localhost:3000'))
  )
) {
  await sleep(500);
}
say(
  'Open http://localhost:3000/drift. The portal to make drift by hand: http://localhost:7071',
);
