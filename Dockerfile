FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY src ./src
COPY projections ./projections
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/src ./dist/src
COPY --from=build /app/dist/projections ./dist/projections
# Generated secrets and the embedded PostgreSQL, where these are used.
RUN mkdir data && chown node:node data
USER node
VOLUME /app/data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["node", "-e", "fetch('http://localhost:' + (process.env.PORT || 8000) + '/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node gets the signals itself: a stop drains the calls under way. A full garbage collection takes as long as a frame: a
# larger young generation lets what a frame leaves behind die there, and a heap that may grow to four times what lives
# makes the rest wait (a collection every few seconds without, at 100 calls).
CMD ["node", "--max-semi-space-size=32", "--heap-growing-percent=300", "dist/src/main.js", "serve"]
