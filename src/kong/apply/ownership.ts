// Whose an entity is: what a file or a controller owns is not changed behind its back.
import type { Flavour } from '../../diagnosis/names.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import type { Root } from '../read.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Why hands are kept off, and the notation of what owns it: there the change belongs. */
export interface HandsOff {
  readonly says: string;
  readonly instead?: Flavour;
}

interface Owner {
  readonly tag: RegExp;
  readonly name: string;
  readonly instead?: Flavour;
}

/** Tags that Kong's ingress controller and operator, decK in pipelines and Terraform leave, by what they begin with. */
const OWNERS: readonly Owner[] = [
  {
    tag: /^managed[-_]?by[-_:=]?(?:kong[-_])?ingress[-_]controller/i,
    name: "Kong's ingress controller",
    instead: 'kubernetes',
  },
  // As the controller marks what it made of a Kubernetes resource: name, namespace, kind, uid, group, version.
  { tag: /^k8s-/i, name: "Kong's ingress controller", instead: 'kubernetes' },
  { tag: /^managed[-_]?by[-_:=]?deck|^deck$/i, name: 'decK', instead: 'deck' },
  { tag: /^managed[-_]?by[-_:=]?terraform|^terraform$/i, name: 'Terraform' },
  { tag: /(?:^|[^a-z])managed[-_]?by(?:[^a-z]|$)/i, name: 'another tool' },
];

/**
 * Why the entity must not be changed through the Admin API; undefined when nothing speaks against it.
 * decK's own select tags can be any word, so an entity that it owns without such a tag is not recognised: `cautionOf`.
 */
export function whyHandsOff(root: Root, gateway: GatewaySettings, entity: Raw): HandsOff | undefined {
  if (root.configuration?.database === 'off')
    return {
      says: 'This node runs without a database: its declarative configuration is the only place to change it.',
      instead: 'deck',
    };
  if (root.configuration?.role === 'data_plane')
    return { says: 'This node is a data plane: changes are made on its control plane.', instead: 'admin-api' };
  for (const tag of tagsOf(entity)) {
    const owner = OWNERS.find((one) => one.tag.test(tag));
    if (owner === undefined) continue;
    const says = `Its tag says that ${owner.name} owns it${gateway.konnect ? ' (in Konnect)' : ''}: the next run would undo a change made here; use the snippet there.`;
    return { says, ...(owner.instead === undefined ? {} : { instead: owner.instead }) };
  }
  return undefined;
}

/** What cannot be seen of an owner, one sentence for whoever approves. */
export function cautionOf(entity: Raw): string {
  const tags = tagsOf(entity);
  const seen =
    tags.length === 0 ? 'It has no tags' : `Its ${tags.length === 1 ? 'tag names' : 'tags name'} no owner that I know`;
  return `${seen}; where decK syncs it all the same, change the file too, or its next run undoes this.`;
}

function tagsOf({ tags }: Raw): readonly string[] {
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}
