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

import {
  idAttribute,
  locationAttribute,
  nameAttribute,
  ResourceType,
  tagsAttribute,
} from './ResourceType';

/** `sandbox_sql_server` */
export const sqlServer: ResourceType = {
  kind: 'sql-servers',
  schema: {
    description: 'A SQL server with its firewall.',
    attributes: {
      id: idAttribute,
      name: nameAttribute,
      location: locationAttribute,
      version: {
        type: 'string',
        description: 'Major version.',
        required: true,
      },
      admin_login: {
        type: 'string',
        description: 'Login of the administrator.',
        required: true,
        forceNew: true,
      },
      admin_password: {
        type: 'string',
        description: 'Password of the administrator.',
        required: true,
        sensitive: true,
        from: 'credentials',
      },
      public_network_access: {
        type: 'bool',
        description: 'Whether the server answers outside of the network.',
        fallback: false,
      },
      fqdn: { type: 'string', description: 'Host name.', computed: true },
      tags: tagsAttribute,
    },
    blocks: {
      firewall_rule: {
        nesting: 'set',
        field: 'firewallRules',
        attributes: {
          name: {
            type: 'string',
            description: 'Name, unique on the server.',
            required: true,
          },
          start_ip: {
            type: 'string',
            description: 'First address let in.',
            required: true,
          },
          end_ip: {
            type: 'string',
            description: 'Last address let in.',
            required: true,
          },
        },
      },
    },
  },
  validate(config) {
    const password = config.admin_password;
    return typeof password === 'string' && password.length < 12
      ? [
          {
            path: [{ attribute_name: 'admin_password' }],
            summary: 'Password too short',
            detail:
              'The password of the administrator has 12 characters or more.',
          },
        ]
      : [];
  },
};

/** `sandbox_sql_database` */
export const sqlDatabase: ResourceType = {
  kind: 'sql-databases',
  schema: {
    description: 'A database on a SQL server.',
    attributes: {
      id: idAttribute,
      name: nameAttribute,
      server: {
        type: 'string',
        description: 'Name of the SQL server.',
        required: true,
        forceNew: true,
      },
      size: {
        type: 'string',
        description: 'Service objective: S0, S1, S2, P1 or P2.',
        required: true,
      },
      max_size_gb: {
        type: 'number',
        description: 'Largest size in GB.',
        required: true,
      },
      backup_retention_days: {
        type: 'number',
        description: 'Days that backups are kept.',
        fallback: 7,
      },
      tags: tagsAttribute,
    },
  },
};
