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

import { MAGIC_COOKIE, serveProvider } from './serveProvider';

// Standard output belongs to the handshake; everything else goes to standard
// error, where Terraform reads one JSON object a line.
function log(level: 'error' | 'debug', message: string): void {
  process.stderr.write(
    `${JSON.stringify({ '@level': level, '@message': message })}\n`,
  );
}

async function main(): Promise<void> {
  if (process.env[MAGIC_COOKIE.name] !== MAGIC_COOKIE.value) {
    process.stderr.write(
      'This is a Terraform provider; Terraform starts it. Nothing to do here.\n',
    );
    process.exitCode = 1;
    return;
  }
  // ^C reaches the whole process group; Terraform itself says when to end.
  process.on('SIGINT', () => log('debug', 'interrupt left to Terraform'));
  const { handshake } = await serveProvider({
    environment: process.env,
    now: new Date(),
    onShutdown: () => process.exit(0),
    onError: message => log('error', message),
  });
  process.stdout.write(`${handshake}\n`);
}

main().catch((error: Error) => {
  log('error', error.stack ?? error.message);
  process.exit(1);
});
