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

import { secretLiterals } from './secretLiterals';

describe('secretLiterals', () => {
  it('finds values of names that look like secrets, and defaults of sensitive variables', () => {
    expect(
      secretLiterals(`
        resource "sandbox_database" "main" {
          name                = "orders"
          admin_password      = "hunter2-literal"
          access_key          = "AKIAEXAMPLE"
          password_secret_arn = "arn:aws:secretsmanager:eu:1:secret:x"
          db_password         = "\${var.password}"
          token_count         = 5
        }
        variable "seed" {
          type      = string
          sensitive = true
          default   = "planted-default"
        }
        variable "plain" {
          default = "not-a-secret"
        }
        {"variable": {"api_token": "json-planted"}}
      `).sort(),
    ).toEqual(
      [
        'AKIAEXAMPLE',
        'hunter2-literal',
        'json-planted',
        'planted-default',
      ].sort(),
    );
  });
});
