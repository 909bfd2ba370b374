import { foldInto, type Projection } from '../runtime/projection.js';
import { usersTable } from './tables.js';

export const usersProjection: Projection = {
  name: 'users',
  version: 1,
  folds: [
    foldInto(usersTable, {
      key: (event) => [event.data.userId],
      first: ['UserRegistered'],
      handles: {
        UserRegistered: (_, { data, metadata }) => ({
          tenantId: metadata.tenantId,
          userId: data.userId,
          email: data.email,
          firstName: data.firstName,
          lastName: data.lastName,
          platformRole: data.platformRole,
          registeredAt: metadata.occurredAt,
        }),
      },
    }),
  ],
};
