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

import { JsonObject } from '@backstage/types';
import {
  CloudAccount,
  CloudContext,
  CloudDocument,
  CloudListing,
  CloudRange,
} from '@infra-hub/backstage-plugin-drift-node';
import { z } from 'zod';
import { GoogleApi } from '../api/GoogleApi';
import { GcpKind } from '../kinds/GcpKind';
import { isObject } from './json';
import { maySee, reasonOf, ResourceReader, toDocument } from './ResourceReader';

const ASSETS = 'https://cloudasset.googleapis.com/v1';

const PAGE_SIZE = 500;

/** So many are read afresh; more would keep the project busy for too long. */
const MOST_FRESH = 500;

/** A bound for pages that never end. */
const MOST_PAGES = 2000;

/** @see https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list */
const PAGE = z.looseObject({
  assets: z.array(z.unknown()).optional(),
  nextPageToken: z.string().optional(),
});

const ASSET = z.looseObject({
  name: z.string(),
  assetType: z.string(),
  resource: z.looseObject({
    data: z.custom<JsonObject>(isObject),
  }),
});

/**
 * All resources of a kind in a project. Cloud Asset Inventory says what there is;
 * whether it still is there, and what it is like, is read from its service.
 *
 * @remarks
 * The inventory follows reality by some minutes, may miss a change, writes numbers
 * otherwise than the services do, and leaves out who may use a bucket. So nothing is
 * told of it that its service did not confirm.
 *
 * @see https://cloud.google.com/asset-inventory/docs/asset-types
 */
export async function listResources(
  options: {
    api: GoogleApi;
    reader: ResourceReader;
    kind: GcpKind;
    account: CloudAccount;
    isWanted?: CloudRange['isWanted'];
  },
  context: CloudContext,
): Promise<CloudListing> {
  const { reader, account } = options;
  const listing = await listAssets(options, context);
  const reasons = new Set(listing.reasons);
  const documents: CloudDocument[] = [];
  if (listing.documents.length > MOST_FRESH) {
    reasons.add(
      `There are ${listing.documents.length} in the inventory, of which ${MOST_FRESH} are read afresh.`,
    );
  }
  for (const { kind, id } of listing.documents.slice(0, MOST_FRESH)) {
    const reading = await reader.read({ kind, id, account }, context);
    if (reading.state === 'found') {
      const { state: _state, ...fresh } = reading;
      documents.push(fresh);
    } else if (reading.state === 'unseen') {
      reasons.add(reading.reason);
    }
  }
  return { documents, complete: reasons.size === 0, reasons: [...reasons] };
}

async function listAssets(
  options: Omit<Parameters<typeof listResources>[0], 'reader'>,
  context: CloudContext,
): Promise<CloudListing> {
  const { api, kind, account, isWanted = () => true } = options;
  const documents = new Map<string, CloudDocument>();
  const reasons = new Set<string>();
  const tokens = new Set<string>();
  let token: string | undefined;
  do {
    const answer = await api.ask(
      {
        account,
        as: 'reader',
        method: 'GET',
        url: `${ASSETS}/projects/${encodeURIComponent(account.id)}/assets`,
        query: {
          assetTypes: kind.kind.kind,
          contentType: 'RESOURCE',
          pageSize: String(PAGE_SIZE),
          pageToken: token,
        },
        repeatable: true,
      },
      context,
    );
    if (answer.state !== 'ok') {
      reasons.add(reasonOf(answer, account));
      break;
    }
    const page = PAGE.safeParse(answer.body);
    if (!page.success) {
      reasons.add('Cloud Asset Inventory gave a page that cannot be read.');
      break;
    }
    for (const asset of page.data.assets ?? []) {
      const document = readAsset(asset, kind, account);
      if (document === undefined) {
        reasons.add(
          'Cloud Asset Inventory listed something that cannot be read.',
        );
      } else if (maySee(account, document.region) && isWanted(document.id)) {
        documents.set(document.id, document);
      }
    }
    token = page.data.nextPageToken || undefined;
    if (token !== undefined) {
      if (tokens.has(token) || tokens.size >= MOST_PAGES) {
        reasons.add('The pages of Cloud Asset Inventory do not end.');
        break;
      }
      tokens.add(token);
    }
  } while (token !== undefined);
  return {
    documents: [...documents.values()],
    complete: reasons.size === 0,
    reasons: [...reasons],
  };
}

function readAsset(
  asset: unknown,
  kind: GcpKind,
  account: CloudAccount,
): CloudDocument | undefined {
  const read = ASSET.safeParse(asset);
  if (!read.success || read.data.assetType !== kind.kind.kind) {
    return undefined;
  }
  // Some names have the number of the project, which is the one that was asked for
  const name = kind.ids.parse(
    read.data.name.replace(/\/projects\/\d+\//, `/projects/${account.id}/`),
  );
  return name
    ? toDocument(
        kind,
        kind.ids.format({ ...name, project: account.id }),
        read.data.resource.data,
      )
    : undefined;
}
