import { Field, ID, InterfaceType } from 'type-graphql';
import { kindOf } from '../../domain/ids.js';

/** The type that an id names, by its kind. Users are shown to themselves only, by `me`. */
const typeNames = {
  tenant: 'Tenant',
  agent: 'Agent',
  number: 'PhoneNumberEntry',
  call: 'Call',
  document: 'KnowledgeDocument',
  user: undefined,
  // Whoever may read an export asks for it by `dataExport`.
  export: undefined,
};

@InterfaceType({
  description: 'What has an id of its own.',
  resolveType: ({ id }: Node) => {
    const kind = kindOf(id);
    return kind === null ? undefined : typeNames[kind];
  },
})
export abstract class Node {
  @Field(() => ID)
  id!: string;
}
