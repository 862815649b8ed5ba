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

import { JsonObject, JsonValue } from '@backstage/types';
import { assess } from '../assess/assess';
import { clone, manifests, served, told, write } from './__testUtils__/cluster';
import {
  compareKubernetes,
  CompareKubernetesOptions,
} from './compareKubernetes';
import { KubernetesObject } from './KubernetesObject';

const API = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: acme, labels: {app: api}}
spec:
  replicas: 3
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      serviceAccountName: api
      initContainers:
      - {name: migrate, image: registry.local/api:1.0, args: [migrate, up]}
      containers:
      - name: main
        image: registry.local/api:1.0
        ports: [{containerPort: 8080}, {containerPort: 9090, name: metrics}]
        env:
        - {name: MODE, value: prod}
        - {name: LOG, value: info}
        - {name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: pw}}}
        resources: {limits: {cpu: 1000m, memory: 1Gi}, requests: {cpu: '0.5', memory: 512Mi}}
        readinessProbe: {httpGet: {path: /ready, port: 8080}}
        volumeMounts: [{name: config, mountPath: /etc/api}, {name: tmp, mountPath: /tmp}]
      - {name: proxy, image: 'registry.local/proxy:2.1'}
      volumes:
      - {name: config, configMap: {name: api}}
      - {name: tmp, emptyDir: {}}
`;

const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: api, namespace: acme}
spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: 8080}, {name: metrics, port: 9090}]}
`;

const CONFIG = `
apiVersion: v1
kind: ConfigMap
metadata: {name: api, namespace: acme}
data: {query.timeout: 60s, mode: prod, db.password: s3cr3t-Value}
`;

const POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: acme}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}, {namespaceSelector: {matchLabels: {team: ops}}}]
    ports: [{port: 8080}]
  - from: [{ipBlock: {cidr: 10.0.0.0/8}}]
`;

const INGRESS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: api, namespace: acme}
spec:
  ingressClassName: nginx
  tls: [{hosts: [a.example.org, b.example.org], secretName: tls}]
  rules:
  - host: a.example.org
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}
  - host: b.example.org
    http: {paths: [{path: /x, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}
`;

const HPA_V1 = `
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: api, namespace: acme}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}, minReplicas: 2, maxReplicas: 10, targetCPUUtilizationPercentage: 80}
`;

const CLAIM = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: acme}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;

/** A live object that may be taken apart in tests. */
type Loose = any;

function hpaLive(): Loose {
  const [hpa] = manifests(`
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api, namespace: acme}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 2
  maxReplicas: 10
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
`);
  return served(hpa);
}

function observe(
  desired: string,
  live: KubernetesObject[],
  options: Partial<CompareKubernetesOptions> = {},
) {
  return compareKubernetes({ desired: manifests(desired), live, ...options });
}

/** The live form of the first manifest after somebody worked on it. */
function changed(
  desired: string,
  change: (live: Loose, main: Loose) => void,
): KubernetesObject[] {
  const live = manifests(desired).map(served) as Loose[];
  change(live[0], live[0].spec?.template?.spec?.containers?.[0]);
  return live;
}

/** Notes that a person wrote fields, and that the platform lost them. */
function wrote(
  live: Loose,
  manager: string,
  path: string[],
  more: Parameters<typeof write>[2] = {},
): void {
  for (const entry of live.metadata.managedFields) {
    let node = entry.fieldsV1;
    for (const step of path.slice(0, -1)) {
      node = node?.[step];
    }
    if (node) {
      delete node[path[path.length - 1]];
    }
  }
  live.metadata.managedFields.push(
    write(
      manager,
      path.reduceRight<JsonObject>((inner, step) => ({ [step]: inner }), {}),
      more,
    ),
  );
}

const POD = ['f:spec', 'f:template', 'f:spec'];
const MAIN = [...POD, 'f:containers', 'k:{"name":"main"}'];

describe('what means nothing', () => {
  it.each<[string, string, (live: Loose, main: Loose) => void]>([
    ['defaults of the server', API, () => {}],
    ['defaults of services', SERVICE, () => {}],
    [
      'the order of containers',
      API,
      live => live.spec.template.spec.containers.reverse(),
    ],
    ['the order of ports', API, (_, main) => main.ports.reverse()],
    ['the order of variables', API, (_, main) => main.env.reverse()],
    [
      'the order of volumes and mounts',
      API,
      (live, main) => {
        live.spec.template.spec.volumes.reverse();
        main.volumeMounts.reverse();
      },
    ],
    ['the order of service ports', SERVICE, live => live.spec.ports.reverse()],
    [
      'the order of ingress rules and TLS hosts',
      INGRESS,
      live => {
        live.spec.rules.reverse();
        live.spec.tls[0].hosts.reverse();
      },
    ],
    [
      'the order of policy rules and peers',
      POLICY,
      live => {
        live.spec.ingress.reverse();
        live.spec.ingress[1].from.reverse();
      },
    ],
    [
      'the protocol of policy ports',
      POLICY,
      live => {
        live.spec.ingress[0].ports = [{ port: 8080, protocol: 'TCP' }];
      },
    ],
    [
      'quantities in other words',
      API,
      (_, main) => {
        main.resources.limits = { cpu: '1', memory: '1024Mi' };
        main.resources.requests = { cpu: '500m', memory: '0.5Gi' };
      },
    ],
    [
      'quantities of claims',
      CLAIM,
      live => {
        live.spec.resources.requests.storage = '1024Mi';
      },
    ],
    [
      'ports as text',
      SERVICE,
      live => {
        live.spec.ports[0].targetPort = '8080';
      },
    ],
    [
      'empty objects and lists',
      API,
      (live, main) => {
        live.metadata.annotations = {};
        main.command = [];
        main.securityContext = {};
        live.spec.template.spec.nodeSelector = {};
      },
    ],
    [
      'bookkeeping of the server',
      API,
      live => {
        live.metadata.annotations = {
          'deployment.kubernetes.io/revision': '4',
          'kubectl.kubernetes.io/last-applied-configuration': '{"a":1}',
        };
        live.status = { replicas: 3 };
        live.metadata.generation = 9;
        live.metadata.selfLink = '/x';
      },
    ],
    [
      'the old name of the service account',
      API,
      live => {
        live.spec.template.spec.serviceAccount = 'api';
      },
    ],
    [
      'defaults that a person came to own by writing',
      API,
      live => {
        wrote(live, 'kubectl-edit', ['f:spec', 'f:progressDeadlineSeconds']);
        wrote(live, 'kubectl-edit', [...MAIN, 'f:imagePullPolicy']);
      },
    ],
    [
      'lists of variables from a Secret in other order',
      API,
      (_, main) => {
        main.env[2].valueFrom.secretKeyRef = {
          key: 'pw',
          name: 'db',
          optional: false,
        };
      },
    ],
  ])('%s', (_, desired, change) => {
    expect(told(observe(desired, changed(desired, change)))).toEqual([]);
  });

  it('an autoscaler of version 1 that is read as version 2', () => {
    expect(told(observe(HPA_V1, [hpaLive()]))).toEqual([]);
  });

  it('metrics of an autoscaler in another order', () => {
    const desired = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api, namespace: acme}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  maxReplicas: 10
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}
  - {type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: '1'}}}
`;
    const live = changed(desired, hpa => {
      hpa.spec.minReplicas = 1;
      hpa.spec.metrics.reverse();
      hpa.spec.metrics[0].pods.target.averageValue = '1000m';
      hpa.spec.metrics[0].pods.metric = { name: 'rps' };
    });
    expect(told(observe(desired, live))).toEqual([]);
  });

  it('an ingress of the old version', () => {
    const old = `
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: api, namespace: acme}
spec:
  rules:
  - host: a.example.org
    http: {paths: [{path: /, backend: {serviceName: api, servicePort: 80}}]}
`;
    const [live] = manifests(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: api, namespace: acme}
spec:
  rules:
  - host: a.example.org
    http: {paths: [{path: /, pathType: ImplementationSpecific, backend: {service: {name: api, port: {number: 80}}}}]}
`);
    expect(told(observe(old, [served(live)]))).toEqual([]);
  });

  it('what the server makes of odd manifests: null, empty text, numbers and switches as text', () => {
    const desired = `
apiVersion: v1
kind: ConfigMap
metadata: {name: api, namespace: acme, creationTimestamp: null}
data: {empty: , number: 5, enabled: true}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: acme}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {creationTimestamp: null, labels: {app: api}}
    spec:
      containers: [{name: main, image: x, env: [{name: EMPTY, value: ''}], resources: {}}]
      volumes: [{name: v, secret: {secretName: s, defaultMode: 0644}}]
status: {}
`;
    const live = changed(desired, config => {
      config.data = { empty: '', number: '5', enabled: 'true' };
    }) as Loose[];
    live[1].spec.template.spec.containers[0].env = [{ name: 'EMPTY' }];
    expect(told(observe(desired, live))).toEqual([]);
  });
});

describe('what drifted', () => {
  it.each<[string, string, (live: Loose, main: Loose) => void, string[]]>([
    [
      'a scale',
      API,
      live => {
        live.spec.replicas = 5;
        wrote(live, 'kubectl', ['f:spec', 'f:replicas'], {
          subresource: 'scale',
        });
      },
      ['drift Deployment/api replicas: 3 → 5 (kubectl)'],
    ],
    [
      'a scale to zero, which has no owner',
      API,
      live => {
        live.spec.replicas = 0;
        delete live.metadata.managedFields[0].fieldsV1['f:spec']['f:replicas'];
      },
      ['drift Deployment/api replicas: 3 → 0'],
    ],
    [
      'an image',
      API,
      (live, main) => {
        main.image = 'registry.local/api:2.0';
        wrote(live, 'kubectl-set', [...MAIN, 'f:image']);
      },
      [
        'drift Deployment/api containers[main].image: "registry.local/api:1.0" → "registry.local/api:2.0" (kubectl-set)',
      ],
    ],
    [
      'a removed variable, which leaves no owner',
      API,
      (_, main) => {
        main.env.splice(0, 1);
      },
      ['drift Deployment/api containers[main].env[MODE]: "prod" → -'],
    ],
    [
      'a variable in front of the others',
      API,
      (live, main) => {
        main.env.unshift({ name: 'DEBUG', value: '1' });
        wrote(live, 'kubectl-edit', [
          ...MAIN,
          'f:env',
          'k:{"name":"DEBUG"}',
          'f:value',
        ]);
      },
      [
        'drift Deployment/api containers[main].env[DEBUG]: - → "1" (kubectl-edit)',
      ],
    ],
    [
      'an emptied variable',
      API,
      (_, main) => {
        delete main.env[0].value;
      },
      ['drift Deployment/api containers[main].env[MODE]: "prod" → -'],
    ],
    [
      'a literal where a Secret is wanted',
      API,
      (live, main) => {
        main.env[2] = { name: 'PASSWORD', value: 'hunter2' };
        wrote(live, 'kubectl-edit', [
          ...MAIN,
          'f:env',
          'k:{"name":"PASSWORD"}',
          'f:value',
        ]);
      },
      [
        'drift Deployment/api containers[main].env[PASSWORD]: sensitive (kubectl-edit)',
      ],
    ],
    [
      'an extra container, told as one thing',
      API,
      live => {
        live.spec.template.spec.containers.push({
          name: 'debug',
          image: 'busybox',
          imagePullPolicy: 'Always',
        });
        wrote(live, 'kubectl-patch', [
          ...POD,
          'f:containers',
          'k:{"name":"debug"}',
          '.',
        ]);
      },
      [
        'drift Deployment/api containers[debug]: - → {"name":"debug","image":"busybox","imagePullPolicy":"Always"} (kubectl-patch)',
      ],
    ],
    [
      'a missing container',
      API,
      live => {
        live.spec.template.spec.containers.pop();
      },
      [
        'drift Deployment/api containers[proxy]: {"name":"proxy","image":"registry.local/proxy:2.1"} → -',
      ],
    ],
    [
      'arguments in another order',
      API,
      live => {
        live.spec.template.spec.initContainers[0].args.reverse();
      },
      [
        'drift Deployment/api initContainers[migrate].args: ["migrate","up"] → ["up","migrate"] (platform)',
      ],
    ],
    [
      'privileged rights',
      API,
      (live, main) => {
        main.securityContext = { privileged: true };
        wrote(live, 'kubectl-edit', [
          ...MAIN,
          'f:securityContext',
          'f:privileged',
        ]);
      },
      [
        'drift Deployment/api containers[main].securityContext.privileged: - → true (kubectl-edit)',
      ],
    ],
    [
      'a strategy that nobody wrote down',
      API,
      live => {
        live.spec.strategy = { type: 'Recreate' };
        wrote(live, 'kubectl-edit', ['f:spec', 'f:strategy', 'f:type']);
      },
      ['drift Deployment/api strategy.type: - → "Recreate" (kubectl-edit)'],
    ],
    [
      'an added probe, told as one thing',
      API,
      (live, main) => {
        main.livenessProbe = { tcpSocket: { port: 1 }, timeoutSeconds: 1 };
        wrote(live, 'kubectl-edit', [...MAIN, 'f:livenessProbe', '.']);
      },
      [
        'drift Deployment/api containers[main].livenessProbe: - → {"tcpSocket":{"port":1},"timeoutSeconds":1} (kubectl-edit)',
      ],
    ],
    [
      'a mount that moved',
      API,
      (_, main) => {
        main.volumeMounts[1].name = 'config';
      },
      [
        'drift Deployment/api containers[main].volumeMounts[/tmp].name: "tmp" → "config" (platform)',
      ],
    ],
    [
      'a volume that became one of the host',
      API,
      live => {
        live.spec.template.spec.volumes[1] = {
          name: 'tmp',
          hostPath: { path: '/', type: '' },
        };
        wrote(live, 'kubectl-edit', [
          ...POD,
          'f:volumes',
          'k:{"name":"tmp"}',
          'f:hostPath',
          'f:path',
        ]);
      },
      [
        'drift Deployment/api volumes[tmp].emptyDir: {} → - (kubectl-edit)',
        'drift Deployment/api volumes[tmp].hostPath.path: - → "/" (kubectl-edit)',
      ],
    ],
    [
      'a limit beside a request in other words',
      API,
      (live, main) => {
        main.resources.limits.memory = '1G';
        wrote(live, 'kubectl-set', [
          ...MAIN,
          'f:resources',
          'f:limits',
          'f:memory',
        ]);
      },
      [
        'drift Deployment/api containers[main].resources.limits.memory: "1Gi" → "1G" (kubectl-set)',
      ],
    ],
    [
      'a restart, which leaves an annotation',
      API,
      live => {
        live.spec.template.metadata.annotations = {
          'kubectl.kubernetes.io/restartedAt': '2026',
        };
        wrote(live, 'kubectl-rollout', [
          'f:spec',
          'f:template',
          'f:metadata',
          'f:annotations',
          'f:kubectl.kubernetes.io/restartedAt',
        ]);
      },
      [
        'drift Deployment/api template.annotations[kubectl.kubernetes.io/restartedAt]: - → "2026" (kubectl-rollout)',
      ],
    ],
    [
      'a deleted key and a changed one',
      CONFIG,
      live => {
        delete live.data.mode;
        live.data['query.timeout'] = '1m';
        wrote(live, 'kubectl-edit', ['f:data', 'f:query.timeout']);
      },
      [
        'drift ConfigMap/api data[mode]: "prod" → - (kubectl-edit)',
        'drift ConfigMap/api data[query.timeout]: "60s" → "1m" (kubectl-edit)',
      ],
    ],
    [
      'a credential in a ConfigMap, without its value',
      CONFIG,
      live => {
        live.data['db.password'] = 'other-Value1';
      },
      ['drift ConfigMap/api data[db.password]: sensitive (platform)'],
    ],
    [
      'a node port that somebody chose',
      SERVICE,
      live => {
        live.spec.type = 'NodePort';
        live.spec.ports[0].nodePort = 30080;
        wrote(live, 'kubectl-edit', ['f:spec', 'f:type']);
        wrote(live, 'kubectl-edit', [
          'f:spec',
          'f:ports',
          'k:{"port":80,"protocol":"TCP"}',
          'f:nodePort',
        ]);
      },
      [
        'drift Service/api ports[80/TCP].nodePort: - → 30080 (kubectl-edit)',
        'drift Service/api type: - → "NodePort" (kubectl-edit)',
      ],
    ],
    [
      'another target port and a new selector label',
      SERVICE,
      live => {
        live.spec.ports[0].targetPort = 9999;
        live.spec.selector.track = 'canary';
        wrote(live, 'kubectl-edit', ['f:spec', 'f:selector']);
      },
      [
        'drift Service/api ports[80/TCP].targetPort: 8080 → 9999 (kubectl-edit)',
        'drift Service/api selector[track]: - → "canary" (kubectl-edit)',
      ],
    ],
    [
      'a policy that now lets everybody in',
      POLICY,
      live => {
        live.spec.ingress.push({});
        wrote(live, 'kubectl-edit', ['f:spec', 'f:ingress']);
      },
      ['drift NetworkPolicy/api ingress[2]: - → {} (kubectl-edit)'],
    ],
    [
      'a peer that was widened to all pods',
      POLICY,
      live => {
        live.spec.ingress[0].from[0] = { namespaceSelector: {} };
        wrote(live, 'kubectl-edit', ['f:spec', 'f:ingress']);
      },
      [
        'drift NetworkPolicy/api ingress[0].from[0].namespaceSelector: - → {} (kubectl-edit)',
        'drift NetworkPolicy/api ingress[0].from[0].podSelector: {"matchLabels":{"app":"web"}} → - (kubectl-edit)',
      ],
    ],
    [
      'a host of TLS that is gone and a backend that changed',
      INGRESS,
      live => {
        live.spec.tls[0].hosts.pop();
        live.spec.rules[0].http.paths[0].backend.service.name = 'evil';
        wrote(live, 'kubectl-edit', ['f:spec', 'f:rules']);
        wrote(live, 'kubectl-edit', ['f:spec', 'f:tls']);
      },
      [
        'drift Ingress/api rules[a.example.org].paths[/ Prefix].backend.service.name: "api" → "evil" (kubectl-edit)',
        'drift Ingress/api tls[0].hosts: ["a.example.org","b.example.org"] → ["a.example.org"] (kubectl-edit)',
      ],
    ],
    [
      'an annotation of the issuer that somebody set',
      INGRESS,
      live => {
        live.metadata.annotations = { 'cert-manager.io/cluster-issuer': 'x' };
        wrote(live, 'kubectl-annotate', [
          'f:metadata',
          'f:annotations',
          'f:cert-manager.io/cluster-issuer',
        ]);
      },
      [
        'drift Ingress/api annotations[cert-manager.io/cluster-issuer]: - → "x" (kubectl-annotate)',
      ],
    ],
    [
      'a claim that grew',
      CLAIM,
      live => {
        live.spec.resources.requests.storage = '2Gi';
      },
      [
        'drift PersistentVolumeClaim/data resources.requests.storage: "1Gi" → "2Gi" (platform)',
      ],
    ],
    [
      'what the platform set and the desired state gave up',
      API,
      live => {
        live.metadata.labels.old = 'x';
        live.metadata.managedFields[0].fieldsV1['f:metadata']['f:labels'][
          'f:old'
        ] = {};
      },
      ['pending Deployment/api labels[old]: - → "x" (platform)'],
    ],
  ])('%s', (_, desired, change, expected) => {
    expect(told(observe(desired, changed(desired, change)))).toEqual(expected);
  });

  it('keys without a value', () => {
    const live = changed(CONFIG, config => {
      config.data.flag = '';
      config.metadata.labels = { hotfix: '' };
      wrote(config, 'kubectl-label', ['f:metadata', 'f:labels', 'f:hotfix']);
    });
    expect(told(observe(CONFIG, live))).toEqual([
      'drift ConfigMap/api data[flag]: - → "" (kubectl-label)',
      'drift ConfigMap/api labels[hotfix]: - → "" (kubectl-label)',
    ]);
    expect(
      told(
        observe(
          CONFIG.replace('mode: prod', "mode: prod, empty: '', none: null"),
          manifests(CONFIG.replace('mode: prod', "mode: prod, none: ''")).map(
            served,
          ),
        ),
      ),
    ).toEqual(['drift ConfigMap/api data[empty]: "" → -']);
  });

  it('a first scale of a field that nobody owned', () => {
    const desired = API.replace('  replicas: 3\n', '');
    expect(
      told(
        observe(
          desired,
          changed(desired, live => {
            live.spec.replicas = 5;
          }),
        ),
      ),
    ).toEqual(['drift Deployment/api replicas: - → 5']);
  });

  it('additions to objects whose owners are not told, with a warning', () => {
    const live = changed(API, (deployment, main) => {
      delete deployment.metadata.managedFields;
      main.env.push({ name: 'DEBUG', value: '1' });
      deployment.metadata.labels.hotfix = 'true';
    });
    const observation = observe(API, live);
    expect(told(observation)).toEqual([
      'drift Deployment/api containers[main].env[DEBUG]: - → "1"',
      'drift Deployment/api labels[hotfix]: - → "true"',
    ]);
    expect(observation.warnings).toEqual([
      expect.stringContaining('managedFields'),
    ]);
  });

  it('fields of custom resources, by owner alone', () => {
    const desired = `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web, namespace: acme}
spec: {secretName: web, duration: 2160h, dnsNames: [a]}
`;
    const live = changed(desired, certificate => {
      certificate.spec.duration = '2160h0m0s';
      certificate.spec.revisionHistoryLimit = 1;
      certificate.spec.renewBefore = '1h';
      wrote(certificate, 'kubectl-edit', ['f:spec', 'f:renewBefore']);
    });
    expect(told(observe(desired, live))).toEqual([
      'drift cert-manager.io/Certificate/web renewBefore: - → "1h" (kubectl-edit)'.replace(
        'renewBefore',
        'spec.renewBefore',
      ),
    ]);
  });
});

describe('what is expected', () => {
  it.each([
    [7, 'expected', 'kube-controller-manager'],
    [12, 'drift', 'kubectl'],
    [0, 'drift', 'kubectl'],
  ])(
    '%i replicas under an autoscaler of 2 to 10 are %s',
    (replicas, findingClass, manager) => {
      const live = changed(API, deployment => {
        deployment.spec.replicas = replicas;
        wrote(deployment, manager, ['f:spec', 'f:replicas'], {
          subresource: 'scale',
        });
      });
      for (const observation of [
        observe(`${API}\n---\n${HPA_V1}`, [...live, hpaLive()]),
        observe(API, [...live, hpaLive()]),
      ]) {
        const difference = observation.differences.find(
          each => each.resourceType === 'Deployment',
        );
        expect(difference).toMatchObject({
          class: findingClass,
          fields: [{ path: '/spec/replicas', desired: 3, actual: replicas }],
          reason: expect.stringContaining("'api'"),
        });
      }
    },
  );

  it('sidecars that a mesh injects, and only where it was at work', () => {
    const inject = (live: Loose) => {
      const pods = live.spec.template.spec;
      pods.containers.push({
        name: 'istio-proxy',
        image: 'docker.io/istio/proxyv2:1.24',
      });
      pods.initContainers.push({
        name: 'istio-init',
        image: 'docker.io/istio/proxyv2:1.24',
      });
      pods.volumes.push({
        name: 'istio-envoy',
        emptyDir: { medium: 'Memory' },
      });
      live.spec.template.metadata.annotations = {
        'sidecar.istio.io/status': '{}',
      };
    };
    const observation = observe(API, changed(API, inject));
    expect(told(observation)).toEqual([]);
    expect(told(observation, ['expected'])).toHaveLength(4);
    expect(
      told(
        observe(
          API,
          changed(API, live => {
            live.spec.template.spec.containers.push({
              name: 'istio-proxy',
              image: 'evil/miner',
            });
          }),
        ),
      ),
    ).toHaveLength(1);
  });

  it('how a claim was bound, and addresses that were allocated', () => {
    const observation = observe(
      CLAIM,
      changed(CLAIM, live => {
        live.metadata.annotations = {
          'pv.kubernetes.io/bind-completed': 'yes',
        };
        live.spec.volumeName = 'pvc-1';
        live.spec.storageClassName = 'standard';
        live.spec.volumeMode = 'Filesystem';
        wrote(live, 'kube-controller-manager', ['f:spec', 'f:volumeName']);
      }),
    );
    expect(told(observation)).toEqual([]);
    expect(told(observation, ['expected'])).toHaveLength(3);
  });

  it('notes of controllers, but not what they have no business with', () => {
    const live = (label: string, manager: string) =>
      changed(INGRESS, ingress => {
        ingress.metadata.annotations = { [label]: 'x' };
        wrote(ingress, manager, ['f:metadata', 'f:annotations', `f:${label}`]);
      });
    expect(
      told(observe(INGRESS, live('external-dns/owner', 'external-dns'))),
    ).toEqual([]);
    expect(
      told(
        observe(
          API,
          changed(API, (deployment, main) => {
            main.image = 'other';
            wrote(deployment, 'external-dns', [...MAIN, 'f:image']);
          }),
        ),
      ),
    ).toHaveLength(1);
  });

  it('objects that controllers and the cluster make', () => {
    const objects = manifests(`
{apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt, namespace: acme}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert, namespace: acme}}
---
{apiVersion: v1, kind: Secret, metadata: {name: t, namespace: acme}, type: kubernetes.io/service-account-token}
---
{apiVersion: v1, kind: Secret, metadata: {name: sh.helm.release.v1.api.v3, namespace: acme}, type: helm.sh/release.v1}
---
{apiVersion: v1, kind: Secret, metadata: {name: tls, namespace: acme, annotations: {cert-manager.io/certificate-name: tls}}, type: kubernetes.io/tls}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: acme}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: api-1, namespace: acme, ownerReferences: [{kind: Deployment, name: api, uid: u, controller: true}]}}
---
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: api-x, namespace: acme}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: elsewhere, namespace: other}}
`);
    const observation = observe(API, [...changed(API, () => {}), ...objects]);
    expect(told(observation)).toEqual([]);
    expect(observation.coverage).toEqual({
      compared: 1,
      unmanaged: 0,
      expected: 8,
      unseen: 0,
    });
    expect(observation.totalResources).toBe(1);
  });
});

describe('objects as a whole', () => {
  it('that are claims of a stateful set are expected', () => {
    const desired = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: acme}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: 'postgres:17'}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
`;
    const live = changed(desired, set => {
      const [claim] = set.spec.volumeClaimTemplates;
      Object.assign(claim, {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        status: { phase: 'Pending' },
      });
      claim.spec.volumeMode = 'Filesystem';
      claim.metadata.creationTimestamp = null;
    });
    const claims = manifests(
      ['data-db-0', 'data-db-old']
        .map(name => CLAIM.replace('name: data', `name: ${name}`))
        .join('---'),
    );
    expect(told(observe(desired, [...live, ...claims]))).toEqual([
      'drift PersistentVolumeClaim/data-db-old unmanaged',
    ]);
  });

  it('that nobody desired are drift, with their maker', () => {
    const [extra] = manifests(
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: extra, namespace: acme}, data: {a: b}}',
    );
    extra.metadata.managedFields = [write('kubectl-create', { 'f:data': {} })];
    const observation = observe(API, [...changed(API, () => {}), extra]);
    expect(told(observation)).toEqual([
      'drift ConfigMap/extra unmanaged (kubectl-create)',
    ]);
    expect(observation.totalResources).toBe(2);
    expect(observation.differences[0]).toMatchObject({
      address: 'acme/ConfigMap/extra',
      change: 'create',
      unmanaged: true,
    });
  });

  it('that are gone are drift, unless nobody looked', () => {
    const live = manifests(SERVICE).map(served);
    expect(told(observe(`${API}\n---\n${SERVICE}`, live))).toEqual([
      'drift Deployment/api missing',
    ]);
    for (const options of [
      { complete: false },
      { unseen: [{ group: 'apps', kind: 'deployments' }] },
      { unseen: [{ namespace: 'acme' }] },
      { unseen: [{}] },
    ]) {
      const observation = observe(`${API}\n---\n${SERVICE}`, live, options);
      expect(told(observation)).toEqual([]);
      expect(observation).toMatchObject({
        complete: false,
        blindSpots: [{ scope: 'Deployment' }],
        coverage: { compared: 1, unseen: 1 },
      });
    }
  });

  it('that are on their way out', () => {
    expect(
      told(
        observe(
          CONFIG,
          changed(CONFIG, live => {
            live.metadata.deletionTimestamp = '2026-11-22T09:00:00Z';
          }),
        ),
      ),
    ).toEqual([
      'drift ConfigMap/api deletionTimestamp: - → "2026-11-22T09:00:00Z"',
    ]);
  });

  it('are found without a namespace in the manifest', () => {
    const bare = CONFIG.replace(', namespace: acme', '');
    expect(told(observe(bare, manifests(CONFIG).map(served)))).toEqual([]);
  });

  it('that are desired twice make the look fail', () => {
    const [one] = manifests(CONFIG);
    expect(
      compareKubernetes({ desired: [one, clone(one)], live: [] }).failure,
    ).toBe('acme/ConfigMap/api is desired twice.');
  });
});

describe('platforms under other names', () => {
  const byHelm = () =>
    changed(API, live => {
      live.metadata.managedFields[0].manager = 'helm';
      live.metadata.labels['app.kubernetes.io/managed-by'] = 'Helm';
      live.metadata.managedFields[0].fieldsV1['f:metadata']['f:labels'][
        'f:app.kubernetes.io/managed-by'
      ] = {};
    });

  it('are strangers until they are named', () => {
    expect(told(observe(API, byHelm()))).toHaveLength(1);
    expect(
      told(observe(API, byHelm(), { platformManagers: ['helm'] }), ['drift']),
    ).toEqual([]);
  });

  it('show themselves by what kubectl apply notes', () => {
    const live = changed(API, deployment => {
      const [entry] = deployment.metadata.managedFields;
      entry.manager = 'kubectl-client-side-apply';
      entry.operation = 'Update';
      entry.fieldsV1['f:metadata']['f:annotations'] = {
        'f:kubectl.kubernetes.io/last-applied-configuration': {},
      };
      entry.fieldsV1['f:spec']['f:paused'] = {};
      deployment.metadata.labels.mine = 'x';
      wrote(deployment, 'kubectl-label', ['f:metadata', 'f:labels', 'f:mine']);
    });
    expect(told(observe(API, live))).toEqual([
      'drift Deployment/api labels[mine]: - → "x" (kubectl-label)',
    ]);
  });
});

describe('credentials outside of Secrets', () => {
  it('are told without their values, wherever they stand', () => {
    const live = changed(API, (deployment, main) => {
      main.env.push({ name: 'DB_PASSWORD', value: 'canary-1' });
      main.env[0].value = 'postgres://user:canary-2@db/x';
      main.args = ['--token', 'canary-3'];
      deployment.metadata.annotations = { 'api-key': 'canary-4' };
      deployment.spec.template.spec.containers.push({
        name: 'debug',
        image: 'busybox',
        env: [{ name: 'API_TOKEN', value: 'canary-5' }],
      });
      deployment.spec.template.spec.initContainers[0].command = [
        'sh',
        '-c',
        'DB_PASSWORD=canary-6 migrate',
      ];
    });
    const report = assess(observe(API, live));
    expect(report.findings[0].fields.map(field => field.label)).toHaveLength(6);
    expect(JSON.stringify(report)).not.toContain('canary');
  });
});

describe('hostile objects', () => {
  it('with names that every object answers to', () => {
    const desired = manifests(CONFIG);
    const live = desired.map(served);
    live[0].data = JSON.parse(
      '{"query.timeout":"60s","mode":"prod","db.password":"s3cr3t-Value","__proto__":"x","constructor":"y"}',
    );
    expect(told(compareKubernetes({ desired, live }))).toEqual([
      'drift ConfigMap/api data[__proto__]: - → "x"',
      'drift ConfigMap/api data[constructor]: - → "y"',
    ]);
    const swapped = compareKubernetes({ desired: live, live: desired });
    expect(told(swapped)).toEqual([
      'drift ConfigMap/api data[__proto__]: "x" → -',
      'drift ConfigMap/api data[constructor]: "y" → -',
    ]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('that are nested without end', () => {
    const live = manifests(CONFIG).map(served);
    let deep: JsonValue = {};
    for (let depth = 0; depth < 50_000; depth++) {
      deep = { deep };
    }
    live[0].data = deep;
    const observation = observe(CONFIG, live);
    expect(told(observation)).toEqual([]);
    expect(observation.complete).toBe(false);
  });

  it('that are of another form than the API allows', () => {
    for (const spec of [
      null,
      7,
      'x',
      [],
      [1],
      { template: 3 },
      { replicas: {} },
    ]) {
      const live = manifests(API).map(served);
      live[0].spec = spec;
      live[0].metadata.managedFields = [1, {}, { manager: 2 }] as JsonValue;
      expect(assess(observe(API, live)).status).toBe('drifted');
    }
  });
});
