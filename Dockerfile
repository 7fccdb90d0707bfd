# One image for every process: gridfleet api | worker | migrate | sim.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY sim/package.json sim/
COPY api/package.json api/
COPY worker/package.json worker/
COPY cli/package.json cli/
COPY bench/package.json bench/
COPY web/package.json web/
RUN npm ci --no-progress
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production WEB_DIST=/app/web/dist
WORKDIR /app
COPY --from=build --chown=node:node /app /app
USER node
ENTRYPOINT ["node", "cli/bin/gridfleet.js"]
CMD ["api"]
