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

import { CloudClient } from '../cloud/CloudClient';
import { CloudError } from '../cloud/CloudError';
import {
  decodeObject,
  encodeValue,
  isTerraformObject,
  sameValue,
  TerraformObject,
  TerraformValue,
  Unknown,
} from './protocol/dynamicValue';
import {
  ApplyRequest,
  ConfigRequest,
  Diagnostic,
  ImportRequest,
  PathStep,
  PlanRequest,
  ReadRequest,
  SEVERITY_ERROR,
  TypedConfigRequest,
  UpgradeRequest,
} from './protocol/messages';
import { resourceTypes } from './resources';
import { ConfigProblem, ResourceType } from './resources/ResourceType';
import {
  Attribute,
  conform,
  fromFields,
  ResourceSchema,
  toFields,
  toProtocol,
} from './schema';

/** Environment variables that stand in for the provider's configuration. */
export interface ProviderEnvironment {
  SANDBOX_ENDPOINT?: string;
  SANDBOX_TOKEN?: string;
  SANDBOX_CLIENT?: string;
  SANDBOX_ACTOR?: string;
}

const FALLBACK_ENDPOINT = 'http://127.0.0.1:7071';

const providerSchema: ResourceSchema = {
  description: 'The sandbox cloud.',
  attributes: {
    endpoint: {
      type: 'string',
      description: `Address of the cloud; else SANDBOX_ENDPOINT, else ${FALLBACK_ENDPOINT}.`,
      optional: true,
    },
    client: {
      type: 'string',
      description: 'Whose resources: acme or globex; else SANDBOX_CLIENT.',
      optional: true,
    },
    token: {
      type: 'string',
      description: 'Token of the login; else SANDBOX_TOKEN.',
      optional: true,
      sensitive: true,
    },
  },
};

const regionSchema: ResourceSchema = {
  description: 'A region of the sandbox cloud.',
  attributes: {
    name: { type: 'string', description: 'E.g. westeurope.', required: true },
    display_name: {
      type: 'string',
      description: 'Name for people.',
      computed: true,
    },
    zones: {
      type: ['list', 'string'],
      description: 'Availability zones.',
      computed: true,
    },
  },
};

/**
 * Answers Terraform: what there is, what is, what would change, and changes it.
 */
export class Provider {
  readonly #environment: ProviderEnvironment;
  #connection: { cloud: CloudClient; client: string } | undefined;

  static create(environment: ProviderEnvironment): Provider {
    return new Provider(environment);
  }

  private constructor(environment: ProviderEnvironment) {
    this.#environment = environment;
  }

  getProviderSchema() {
    return {
      provider: toProtocol(providerSchema),
      resource_schemas: Object.fromEntries(
        Object.entries(resourceTypes).map(([name, type]) => [
          name,
          toProtocol(type.schema),
        ]),
      ),
      data_source_schemas: { sandbox_region: toProtocol(regionSchema) },
      diagnostics: [],
      server_capabilities: { get_provider_schema_optional: true },
    };
  }

  validateProviderConfig({ config }: ConfigRequest) {
    const endpoint = decodeObject(config)?.endpoint;
    const valid = typeof endpoint !== 'string' || URL.canParse(endpoint);
    return {
      diagnostics: valid
        ? []
        : [
            errorDiagnostic(
              'Endpoint is not an address',
              'Write it like http://127.0.0.1:7071.',
              [{ attribute_name: 'endpoint' }],
            ),
          ],
    };
  }

  validateResourceConfig(request: TypedConfigRequest) {
    const config = decodeObject(request.config) ?? {};
    const problems = resourceType(request.type_name).validate?.(config) ?? [];
    return {
      diagnostics: problems.map(({ summary, detail, path }: ConfigProblem) =>
        errorDiagnostic(summary, detail, path),
      ),
    };
  }

  async configureProvider({ config }: ConfigRequest) {
    const values = decodeObject(config) ?? {};
    const setting = (value: TerraformValue, fallback: string | undefined) =>
      typeof value === 'string' && value !== '' ? value : fallback;
    const client = setting(values.client, this.#environment.SANDBOX_CLIENT);
    if (!client) {
      return {
        diagnostics: [
          errorDiagnostic(
            'Client is missing',
            'Set the argument client or the environment variable SANDBOX_CLIENT.',
            [{ attribute_name: 'client' }],
          ),
        ],
      };
    }
    const cloud = CloudClient.create({
      endpoint:
        setting(values.endpoint, this.#environment.SANDBOX_ENDPOINT) ??
        FALLBACK_ENDPOINT,
      token: setting(values.token, this.#environment.SANDBOX_TOKEN),
      actor: this.#environment.SANDBOX_ACTOR ?? 'terraform',
      via: 'terraform',
    });
    this.#connection = { cloud, client };
    return withDiagnostics('Login failed', {}, async () => {
      await cloud.checkLogin();
      return {};
    });
  }

  upgradeResourceState(request: UpgradeRequest) {
    const { schema } = resourceType(request.type_name);
    const raw: TerraformObject = JSON.parse(
      Buffer.from(request.raw_state.json).toString('utf8'),
    );
    return { upgraded_state: encodeValue(conform(schema, raw)) };
  }

  async readResource(request: ReadRequest) {
    const type = resourceType(request.type_name);
    const current = decodeObject(request.current_state);
    const unchanged = {
      new_state: request.current_state,
      private: request.private,
    };
    if (!current) {
      return unchanged;
    }
    return withDiagnostics(
      `Reading ${describe(request.type_name, current)} failed`,
      unchanged,
      async () => ({
        new_state: encodeValue(
          (await this.#read(type, String(current.name), current)) ?? null,
        ),
        private: request.private,
      }),
    );
  }

  planResourceChange(request: PlanRequest) {
    const { schema } = resourceType(request.type_name);
    const prior = decodeObject(request.prior_state);
    const proposed = decodeObject(request.proposed_new_state);
    if (!proposed) {
      return {
        planned_state: request.proposed_new_state,
        planned_private: request.prior_private,
      };
    }
    const config = decodeObject(request.config) ?? {};
    const planned = prior
      ? plannedUpdate(schema, prior, proposed)
      : plannedCreate(schema, proposed, config);
    return {
      planned_state: encodeValue(planned),
      planned_private: request.prior_private,
      requires_replace: prior ? replacePaths(schema, prior, planned) : [],
    };
  }

  async applyResourceChange(request: ApplyRequest) {
    const type = resourceType(request.type_name);
    const prior = decodeObject(request.prior_state);
    const planned = decodeObject(request.planned_state);
    const verb = applyVerb(prior, planned);
    return withDiagnostics(
      `${verb} ${describe(request.type_name, planned ?? prior)} failed`,
      { new_state: request.prior_state, private: request.planned_private },
      async () => ({
        new_state: encodeValue(
          (await this.#apply(type, prior, planned)) ?? null,
        ),
        private: request.planned_private,
      }),
    );
  }

  async importResourceState({ type_name, id }: ImportRequest) {
    const type = resourceType(type_name);
    return withDiagnostics(`Importing ${id} failed`, {}, async () => {
      const found = await this.#read(
        type,
        id.split('/').pop() ?? id,
        undefined,
      );
      if (!found) {
        throw new CloudError(404, 'NotFound', `${id} does not exist`);
      }
      return { imported_resources: [{ type_name, state: encodeValue(found) }] };
    });
  }

  async readDataSource({ config }: TypedConfigRequest) {
    const name = String(decodeObject(config)?.name);
    return withDiagnostics(`Reading region ${name} failed`, {}, async () => {
      const fields = await this.#connected().cloud.region(name);
      return {
        state: encodeValue(
          fromFields(regionSchema, { fields, credentials: {} }, undefined),
        ),
      };
    });
  }

  async #read(
    type: ResourceType,
    name: string,
    prior: TerraformObject | undefined,
  ): Promise<TerraformObject | undefined> {
    const { cloud, client } = this.#connected();
    const hasCredentials = Object.values(type.schema.attributes).some(
      attribute => attribute.from === 'credentials',
    );
    try {
      const fields = await cloud.get(client, type.kind, name);
      const credentials = hasCredentials
        ? await cloud.credentials(client, type.kind, name)
        : {};
      return fromFields(type.schema, { fields, credentials }, prior);
    } catch (error) {
      if (error instanceof CloudError && error.code === 'NotFound') {
        return undefined;
      }
      throw error;
    }
  }

  async #apply(
    type: ResourceType,
    prior: TerraformObject | undefined,
    planned: TerraformObject | undefined,
  ): Promise<TerraformObject | undefined> {
    const { cloud, client } = this.#connected();
    if (!planned) {
      await deleteIfThere(cloud, client, type, String(prior?.name));
      return undefined;
    }
    const fields = toFields(type.schema, withoutUnknown(planned));
    const name = String(planned.name);
    if (prior) {
      await cloud.update(client, type.kind, name, fields);
    } else {
      await cloud.create(client, type.kind, fields);
    }
    return this.#read(type, name, planned);
  }

  #connected() {
    if (!this.#connection) {
      throw new CloudError(0, 'NotConfigured', 'The provider has no login yet');
    }
    return this.#connection;
  }
}

function resourceType(name: string): ResourceType {
  const type = resourceTypes[name];
  if (!type) {
    throw new Error(`The provider has no resource type ${name}`);
  }
  return type;
}

function plannedCreate(
  schema: ResourceSchema,
  proposed: TerraformObject,
  config: TerraformObject,
): TerraformObject {
  const planned = { ...proposed };
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    if ((config[name] ?? null) === null) {
      planned[name] = attribute.fallback ?? unknownIfComputed(attribute);
    }
  }
  return planned;
}

function unknownIfComputed(attribute: Attribute): TerraformValue {
  return attribute.computed ? Unknown.value : null;
}

/** Terraform has put the prior computed values into the proposal already. */
function plannedUpdate(
  schema: ResourceSchema,
  prior: TerraformObject,
  proposed: TerraformObject,
): TerraformObject {
  if (sameObject(schema, prior, proposed)) {
    return prior;
  }
  const planned = { ...proposed };
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    if (attribute.volatile) {
      planned[name] = Unknown.value;
    }
  }
  return planned;
}

function sameObject(
  schema: ResourceSchema,
  a: TerraformObject,
  b: TerraformObject,
): boolean {
  const unordered = (name: string) =>
    schema.blocks?.[name]?.nesting === 'set' ||
    schema.attributes[name]?.type[0] === 'set';
  return Object.keys(b).every(name => {
    const [left, right] = [a[name], b[name]];
    return unordered(name) && Array.isArray(left) && Array.isArray(right)
      ? left.length === right.length &&
          left.every(item => right.some(other => sameValue(item, other)))
      : sameValue(left, right);
  });
}

function replacePaths(
  schema: ResourceSchema,
  prior: TerraformObject,
  planned: TerraformObject,
) {
  return Object.entries(schema.attributes)
    .filter(
      ([name, attribute]) =>
        attribute.forceNew && !sameValue(prior[name], planned[name]),
    )
    .map(([name]) => ({ steps: [{ attribute_name: name }] }));
}

function withoutUnknown(value: TerraformObject): TerraformObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      item instanceof Unknown ? null : item,
    ]),
  );
}

function applyVerb(
  prior: TerraformObject | undefined,
  planned: TerraformObject | undefined,
): string {
  if (!planned) {
    return 'Deleting';
  }
  return prior ? 'Updating' : 'Creating';
}

async function deleteIfThere(
  cloud: CloudClient,
  client: string,
  type: ResourceType,
  name: string,
): Promise<void> {
  try {
    await cloud.delete(client, type.kind, name);
  } catch (error) {
    if (!(error instanceof CloudError && error.code === 'NotFound')) {
      throw error;
    }
  }
}

function describe(typeName: string, value: TerraformObject | undefined) {
  return `${typeName} ${isTerraformObject(value) ? value.name : ''}`.trim();
}

function errorDiagnostic(
  summary: string,
  detail: string,
  path?: PathStep[],
): Diagnostic {
  return {
    severity: SEVERITY_ERROR,
    summary,
    detail,
    ...(path && { attribute: { steps: path } }),
  };
}

/** What the cloud refuses becomes a diagnostic beside the given fallback. */
async function withDiagnostics<T extends object, F extends object>(
  summary: string,
  fallback: F,
  work: () => Promise<T>,
): Promise<T | (F & { diagnostics: Diagnostic[] })> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CloudError) {
      return {
        ...fallback,
        diagnostics: [errorDiagnostic(summary, `${error.message}.`)],
      };
    }
    throw error;
  }
}
